import { rm } from 'node:fs/promises';

import { EngineError } from '#engine/contract/errors.ts';

import { containerDir } from './container-dir.ts';
import { publishEvent } from './container-events.ts';
import type { ContainerParts } from './container-parts.ts';
import { exitCodeOf, isUp, type Container } from './container.ts';
import { killAndWait } from './kill-container.ts';

/** @throws EngineError `conflict` for one that runs, unless by force. */
export async function removeContainer(
  parts: ContainerParts,
  ref: string,
  { force }: { readonly force: boolean },
): Promise<void> {
  const { id } = parts.table.find(ref);
  await parts.table.exclusively(id, async () => {
    const container = parts.table.find(id);
    if (isUp(container.state)) {
      if (!force) throw refusal(container);
      await killAndWait(parts, id);
    }
    await removeHeld(parts, parts.table.find(id));
  });
}

/**
 * Removes a container that doesn't run; the caller has it exclusively.
 *
 * It is marked first, so that whatever a killed engine leaves of it is removed by the next.
 */
export async function removeHeld(parts: ContainerParts, container: Container): Promise<void> {
  const { id, state } = container;
  const dir = containerDir(parts, id);
  parts.table.setState(id, { status: 'removing', exitCode: exitCodeOf(state) });
  await parts.runtime.destroy(id, dir);
  await parts.snapshots.remove(id);
  await rm(dir, { recursive: true, force: true });
  parts.table.delete(id);
  publishEvent(parts, container, 'destroy');
}

function refusal({ name, state }: Container): EngineError {
  const why =
    state.status === 'paused'
      ? 'container is paused and must be unpaused first'
      : 'container is running: stop the container before removing or force remove';
  return new EngineError('conflict', `cannot remove container "/${name}": ${why}`);
}
