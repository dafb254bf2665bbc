import { EngineError } from '#engine/contract/errors.ts';

import { publishEvent } from './container-events.ts';
import type { ContainerParts } from './container-parts.ts';
import { startContainer } from './start-container.ts';
import { stopContainer, type StopOptions } from './stop-container.ts';

/** Stops a container if it runs, and starts it. */
export async function restartContainer(parts: ContainerParts, ref: string, options: StopOptions = {}): Promise<void> {
  const { id } = parts.table.find(ref);
  try {
    await stopContainer(parts, id, options);
  } catch (error) {
    if (!(error instanceof EngineError && error.code === 'not-modified')) throw error;
  }
  await startContainer(parts, id);
  publishEvent(parts, parts.table.find(id), 'restart');
}
