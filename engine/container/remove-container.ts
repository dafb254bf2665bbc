import { rm } from 'node:fs/promises';

import { EngineError } from '#engine/contract/errors.ts';

import { containerDir } from './container-dir.ts';
import { publishEvent } from './container-events.ts';
import type { ContainerParts } from './container-parts.ts';
import { removeAnonymousVolumes } from './container-volumes.ts';
import { exitCodeOf, isActive, type Container } from './container.ts';
import { giveUpRestart } from './give-up-restart.ts';
import { killAndWait } from './kill-container.ts';

/** @throws EngineError `conflict` for one that runs, unless by force. */
export async function removeContainer(
  parts: ContainerParts,
  ref: string,
  { force, withVolumes = false }: { readonly force: boolean; readonly withVolumes?: boolean },
): Promise<void> {
  const { id } = parts.table.find(ref);
  await parts.table.exclusively(id, async () => {
    const container = parts.table.find(id);
    if (isActive(container.state)) {
      if (!force) throw refusal(container);
      giveUpRestart(parts, id);
      await killAndWait(parts, id);
    }
    await removeHeld(parts, parts.table.find(id), withVolumes);
  });
}

/**
 * Removes a container that doesn't run; the caller has it exclusively.
 *
 * It is marked first, so that whatever a killed engine leaves of it is removed by the next.
 */
export async function removeHeld(parts: ContainerParts, container: Container, withVolumes = false): Promise<void> {
  const { id, state, config } = container;
  const dir = containerDir(parts, id);
  // What goes by itself takes with it what nobody named, as Docker has it.
  const takesVolumes = withVolumes || config.autoRemove || (state.status === 'removing' && state.withVolumes === true);
  parts.table.setState(id, { status: 'removing', exitCode: exitCodeOf(state), withVolumes: takesVolumes });
  await parts.runtime.destroy(id, dir);
  await parts.snapshots.remove(id);
  await rm(dir, { recursive: true, force: true });
  if (takesVolumes) await removeAnonymousVolumes(parts, container);
  parts.table.delete(id);
  publishEvent(parts, container, 'destroy');
}

function refusal({ name, state }: Container): EngineError {
  const why =
    state.status === 'paused'
      ? 'container is paused and must be unpaused first'
      : `container is ${state.status}: stop the container before removing or force remove`;
  return new EngineError('conflict', `cannot remove container "/${name}": ${why}`);
}
