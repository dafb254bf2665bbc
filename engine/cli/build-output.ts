import { resolve } from 'node:path';

import type { BuildExport } from '#engine/contract/build.ts';
import { EngineError } from '#engine/contract/errors.ts';

/** What `--output` asks for. */
export interface OutputPlan {
  /** Whether the result becomes an image of the engine's. */
  readonly keepsImage: boolean;
  readonly push: boolean;
  /** Names that images are given there. */
  readonly names: readonly string[];
  /** What comes here, and where it is put. */
  readonly brought?: { readonly as: BuildExport; readonly place: OutputPlace } | undefined;
}

/** Where it is put. */
export type OutputPlace =
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'standard output' };

type Fields = ReadonlyMap<string, string>;

/**
 * `FOLDER`, `-`, `type=local,dest=FOLDER`, `type=tar|oci|docker,dest=FILE`, `type=image,name=NAME,push=true`, `type=registry`,
 * `type=cacheonly`; an image where nothing is said. @throws EngineError `invalid-argument` naming what can't be done.
 */
export function parseOutputs(texts: readonly string[]): OutputPlan {
  const outputs = texts.map(outputOf);
  const brought = outputs.flatMap((output) => output.brought ?? []);
  if (brought.length > 1)
    throw new EngineError(
      'invalid-argument',
      'One --output at a time brings something here; images may be made beside it.',
    );
  return {
    keepsImage: outputs.length === 0 || outputs.some(({ keepsImage }) => keepsImage),
    push: outputs.some(({ push }) => push),
    names: outputs.flatMap(({ names }) => names),
    brought: brought[0],
  };
}

const NONE = { keepsImage: false, push: false, names: [] };

function outputOf(text: string): OutputPlan {
  if (text === '-') return { ...NONE, brought: { as: 'files', place: { kind: 'standard output' } } };
  if (!/(?:^|,)type=/.test(text)) return { ...NONE, brought: { as: 'files', place: folder(text) } };
  const fields = new Map(
    text.split(',').map((part): readonly [string, string] => {
      const [name = '', ...value] = part.split('=');
      return [name.trim().toLowerCase(), value.join('=')];
    }),
  );
  const type = fields.get('type') ?? '';
  const { allowed, plan } = kinds.get(type) ?? unknown(text);
  const other = [...fields.keys()].find((name) => name !== 'type' && !allowed.includes(name));
  if (other !== undefined)
    throw new EngineError(
      'invalid-argument',
      `--output ${text}: type=${type} has no ${other}, but ${allowed.join(', ')}.`,
    );
  return plan(fields, text);
}

function unknown(text: string): never {
  throw new EngineError('invalid-argument', `--output ${text}: there are type=${[...kinds.keys()].join(', type=')}.`);
}

interface Kind {
  readonly allowed: readonly string[];
  readonly plan: (fields: Fields, text: string) => OutputPlan;
}

function archive(as: BuildExport): Kind {
  const plan = (fields: Fields, text: string): OutputPlan => ({
    ...NONE,
    names: namesOf(fields),
    brought: { as, place: fileOf(fields, text) },
  });
  return { allowed: as === 'files' ? ['dest'] : ['dest', 'name'], plan };
}

function image(isPushed: (fields: Fields) => boolean): Kind {
  return {
    allowed: ['name', 'push'],
    plan: (fields) => ({ keepsImage: true, push: isPushed(fields), names: namesOf(fields) }),
  };
}

const kinds: ReadonlyMap<string, Kind> = new Map([
  [
    'local',
    {
      allowed: ['dest'],
      plan: (fields: Fields, text: string) => ({
        ...NONE,
        brought: { as: 'files', place: folder(needed(fields, text)) },
      }),
    },
  ],
  ['tar', archive('files')],
  ['oci', archive('oci')],
  ['docker', archive('docker-archive')],
  ['image', image((fields) => fields.get('push') === 'true')],
  ['registry', image(() => true)],
  ['cacheonly', { allowed: [], plan: () => NONE }],
]);

function namesOf(fields: Fields): readonly string[] {
  const name = fields.get('name') ?? '';
  return name === '' ? [] : [name];
}

function needed(fields: Fields, text: string): string {
  const dest = fields.get('dest') ?? '';
  if (dest !== '') return dest;
  throw new EngineError('invalid-argument', `--output ${text} names no place: write dest=….`);
}

function fileOf(fields: Fields, text: string): OutputPlace {
  const dest = needed(fields, text);
  return dest === '-' ? { kind: 'standard output' } : { kind: 'file', path: resolve(dest) };
}

function folder(path: string): OutputPlace {
  return { kind: 'folder', path: resolve(path) };
}

/** A terminal shows no tar. @throws EngineError `invalid-argument` */
export function refuseTerminal({ brought }: OutputPlan): void {
  if (brought?.place.kind !== 'standard output' || !process.stdout.isTTY) return;
  throw new EngineError('invalid-argument', 'Send it on, or name a file: --output type=tar,dest=FILE.');
}
