import { EngineError } from '#engine/contract/errors.ts';

import { publishEvent } from './container-events.ts';
import type { ContainerParts } from './container-parts.ts';
import { startHeld } from './start-container.ts';
import { stopHeld, type StopOptions } from './stop-container.ts';

/** Stops a container if it runs, and starts it: in one piece, so that one that goes with its end doesn't go now. */
export async function restartContainer(parts: ContainerParts, ref: string, options: StopOptions = {}): Promise<void> {
  const { id } = parts.table.find(ref);
  await parts.table.exclusively(id, async () => {
    await stopRunning(parts, id, options);
    await startHeld(parts, id);
    // While it is there: one that goes with its end may have ended already.
    publishEvent(parts, parts.table.find(id), 'restart');
  });
}

async function stopRunning(parts: ContainerParts, id: string, options: StopOptions): Promise<void> {
  try {
    await stopHeld(parts, id, options);
  } catch (error) {
    if (!(error instanceof EngineError && error.code === 'not-modified')) throw error;
  }
}
