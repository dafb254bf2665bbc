import { EngineError } from '#engine/contract/errors.ts';

import { publishEvent } from './container-events.ts';
import type { ContainerParts } from './container-parts.ts';
import { refuseRestarting } from './container.ts';

/**
 * Makes all processes of a container stand still, whatever they do; their memory and their connections stay.
 * @throws EngineError `conflict` when it doesn't run or stands still already, `unsupported` without control groups.
 */
export async function pauseContainer(parts: ContainerParts, ref: string): Promise<void> {
  const { id } = parts.table.find(ref);
  await parts.table.exclusively(id, () => pauseHeld(parts, id));
}

/** The same for a caller who has the container exclusively. */
export async function pauseHeld(parts: ContainerParts, id: string): Promise<void> {
  const container = parts.table.find(id);
  const { state } = container;
  refuseRestarting(container);
  const running = parts.table.running(id);
  if (state.status === 'paused') throw new EngineError('conflict', `Container ${id} is already paused`);
  if (state.status !== 'running' || running === undefined) {
    throw new EngineError('conflict', `Container ${id} is not running`);
  }
  await running.pause();
  // It may have ended while it was being held.
  if (parts.table.running(id) !== running) return;
  const paused = parts.table.setState(id, { ...state, status: 'paused' });
  if (paused !== undefined) publishEvent(parts, paused, 'pause');
}
