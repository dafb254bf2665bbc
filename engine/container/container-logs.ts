import { EngineError } from '#engine/contract/errors.ts';
import type { LogChunk } from '#engine/runtime/runtime.ts';

import { containerDir } from './container-dir.ts';
import type { ContainerParts } from './container-parts.ts';
import { isUp, type Container } from './container.ts';

export interface LogRequest {
  /** Go on with what is written from now on, until the container ends. */
  readonly follow: boolean;
  /** Only the last lines, and what comes after them; all of them when left out. */
  readonly tailLines?: number | undefined;
  /** Unix milliseconds. */
  readonly since?: number | undefined;
  readonly until?: number | undefined;
  /** Told once it is known where the reading begins: whatever is written from then on is told. */
  readonly onPlaced?: (() => void) | undefined;
}

/** What the container has written, oldest first. One that never started has written nothing. */
export async function* containerLogs(
  parts: ContainerParts,
  ref: string,
  request: LogRequest,
  signal?: AbortSignal,
): AsyncGenerator<LogChunk> {
  const { id, state } = parts.table.find(ref);
  const { tailLines, since, until, onPlaced } = request;
  if (state.status === 'created' && !request.follow) return;
  yield* parts.runtime.readLog(containerDir(parts, id), {
    follow: request.follow && isUp(state),
    ...(tailLines === undefined ? {} : { tailLines }),
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
    ...(onPlaced === undefined ? {} : { onPlaced }),
    ...(signal === undefined ? {} : { signal }),
  });
}

/** @throws EngineError `unsupported` for one whose output nobody wanted kept. */
export function refuseUnreadable({ config }: Container): void {
  if (config.logging?.driver !== 'none') return;
  throw new EngineError('unsupported', 'configured logging driver does not support reading');
}
