import { z } from 'zod';

import type { BuildRequest } from '#engine/build/build-request.ts';
import { parseCacheSource, parseCacheTarget } from '#engine/build/cache-place.ts';
import { EngineError } from '#engine/contract/errors.ts';

import type { ControlSolve } from './control-messages.ts';

type Entry = NonNullable<ControlSolve['Cache']>['Imports'][number];

const entries = z.array(z.object({ Type: z.string(), Attrs: z.record(z.string(), z.string()) }));

/** Frontends' own way of naming imports: JSON, and before that names with commas between them. */
const IMPORTS = 'cache-imports';
const NAMES = 'cache-from';

/** `--cache-from` and `--cache-to`, wherever in a build's calls they are said. @throws EngineError `unsupported`, `invalid-argument`. */
export function cachesOf(
  { Cache }: Pick<ControlSolve, 'Cache'>,
  options: Readonly<Record<string, string>>,
): Pick<BuildRequest, 'cacheFrom' | 'cacheTo'> {
  const named = (options[NAMES] ?? '').split(',').filter((name) => name !== '');
  const imports = [...(Cache?.Imports ?? []), ...importsIn(options[IMPORTS] ?? '')].map(textOf);
  return {
    cacheFrom: [...new Set([...imports, ...named])].flatMap(parseCacheSource),
    cacheTo: (Cache?.Exports ?? []).map((entry) => parseCacheTarget(textOf(entry))),
  };
}

function importsIn(json: string): readonly Entry[] {
  if (json === '') return [];
  try {
    return entries.parse(JSON.parse(json));
  } catch (cause) {
    throw new EngineError('invalid-argument', `${IMPORTS} is no list of caches as JSON.`, { cause });
  }
}

/** As it is written on a command line. Folders are the client's own, and nothing here. */
function textOf({ Type, Attrs }: Entry): string {
  if (Type !== 'registry' && Type !== 'inline')
    throw new EngineError(
      'unsupported',
      `By BuildKit's protocol this version of Estrato has caches of type=registry and type=inline, not type=${Type}.`,
    );
  const { ref, mode } = Attrs;
  return [
    `type=${Type}`,
    ...(ref === undefined ? [] : [`ref=${ref}`]),
    ...(mode === undefined ? [] : [`mode=${mode}`]),
  ].join(',');
}
