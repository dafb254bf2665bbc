import { join } from 'node:path';

import { EngineError } from '#engine/contract/errors.ts';
import type { LogChunk } from '#engine/runtime/runtime.ts';
import { entryDir } from '#engine/trash/move-pieces.ts';

import type { ContainerParts } from './container-parts.ts';

/**
 * What a removed container had written: the last lines of it, oldest first.
 * @throws EngineError `not-found`, `invalid-argument` for what is no container.
 */
export function trashedLogs(
  { trash, runtime }: ContainerParts,
  ref: string,
  { tailLines, signal }: { readonly tailLines: number; readonly signal: AbortSignal },
): AsyncIterable<LogChunk> {
  const { id, kind, name } = trash.table.find(ref);
  if (kind !== 'container') throw new EngineError('invalid-argument', `The ${kind} ${name} has no log.`);
  return runtime.readLog(join(entryDir(trash, id), 'bundle'), { follow: false, tailLines, signal });
}
