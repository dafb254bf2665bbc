import { EngineError } from '#engine/contract/errors.ts';

import { publishEvent } from './container-events.ts';
import type { ContainerParts } from './container-parts.ts';

/** Lets a paused container go on where it was. @throws EngineError `conflict` when it isn't paused. */
export async function unpauseContainer(parts: ContainerParts, ref: string): Promise<void> {
  const { id } = parts.table.find(ref);
  await parts.table.exclusively(id, async () => {
    if (parts.table.find(id).state.status !== 'paused') {
      throw new EngineError('conflict', `Container ${id} is not paused`);
    }
    await thaw(parts, id);
  });
}

/** The same for whoever ends a container: one that isn't paused is left alone. */
export async function thaw(parts: ContainerParts, id: string): Promise<void> {
  const running = parts.table.running(id);
  if (running === undefined || parts.table.get(id)?.state.status !== 'paused') return;
  await running.resume();
  const state = parts.table.get(id)?.state;
  if (state?.status !== 'paused') return;
  const resumed = parts.table.setState(id, { ...state, status: 'running' });
  if (resumed !== undefined) publishEvent(parts, resumed, 'unpause');
}
