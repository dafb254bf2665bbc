import type { TrashCause } from '#engine/contract/trash.ts';
import { EngineError } from '#engine/contract/errors.ts';
import { synced } from '#engine/metadata/synced.ts';
import { putIntoTrash } from '#engine/trash/put-into-trash.ts';

import { containerDir } from './container-dir.ts';
import { publishEvent } from './container-events.ts';
import type { ContainerParts } from './container-parts.ts';
import { removeAnonymousVolumes } from './container-volumes.ts';
import { exitCodeOf, isActive, type Container } from './container.ts';
import { giveUpRestart } from './give-up-restart.ts';
import { killAndWait } from './kill-container.ts';
import { newTrash } from './trashed-containers.ts';

export interface RemoveOptions {
  /** Also one that runs: it is killed. */
  readonly force: boolean;
  /** With the volumes that nobody named. */
  readonly withVolumes?: boolean;
  readonly cause?: TrashCause;
}

/**
 * Into the trash: its name is free, and it can come back as it was.
 *
 * @returns the trash's entry.
 * @throws EngineError `conflict` for one that runs, unless by force.
 */
export async function removeContainer(
  parts: ContainerParts,
  ref: string,
  { force, ...how }: RemoveOptions,
): Promise<{ readonly trash: string }> {
  const { id } = parts.table.find(ref);
  const isHeld = parts.table.isHeld(id);
  const removed = parts.table.exclusively(id, async () => {
    const container = parts.table.find(id);
    if (isActive(container.state)) {
      if (!force) throw refusal(container);
      giveUpRestart(parts, id);
      await killAndWait(parts, id);
    }
    return removeHeld(parts, parts.table.find(id), how);
  });
  // Whoever has it now may be waiting for just that: a restart with a long patience, for one.
  const ended = force && isHeld && parts.table.running(id) !== undefined ? killAndWait(parts, id) : undefined;
  const [entry] = await Promise.all([removed, ended]);
  return entry;
}

/**
 * Removes a container that doesn't run; the caller has it exclusively.
 *
 * It is marked first, so that whatever a killed engine leaves of it is removed by the next.
 */
export async function removeHeld(
  parts: ContainerParts,
  container: Container,
  { withVolumes = false, cause = 'removed' }: Omit<RemoveOptions, 'force'> = {},
): Promise<{ readonly trash: string }> {
  const { id, state, config } = container;
  // What goes by itself takes with it what nobody named, as Docker has it.
  const takesVolumes = withVolumes || config.autoRemove || (state.status === 'removing' && state.withVolumes === true);
  const entry = await putIntoTrash(parts.trash, newTrash(parts, container, cause), {
    mark: async () => {
      parts.table.setState(id, { status: 'removing', exitCode: exitCodeOf(state), withVolumes: takesVolumes });
      await synced(parts.database);
    },
    release: async () => {
      await parts.runtime.destroy(id, containerDir(parts, id));
      if (takesVolumes) await removeAnonymousVolumes(parts, container, cause);
    },
    forget: () => parts.table.delete(id),
  });
  publishEvent(parts, container, 'destroy');
  return { trash: entry.id };
}

function refusal({ name, state }: Container): EngineError {
  const why =
    state.status === 'paused'
      ? 'container is paused and must be unpaused first'
      : `container is ${state.status}: stop the container before removing or force remove`;
  return new EngineError('conflict', `cannot remove container "/${name}": ${why}`);
}
