import { relative } from 'node:path';

import { EngineError } from '#engine/contract/errors.ts';
import type { Restored, TrashCause } from '#engine/contract/trash.ts';
import { releaseImage } from '#engine/image/release-image.ts';
import { returnPieces } from '#engine/trash/restore-from-trash.ts';
import type { TrashedKind } from '#engine/trash/trash-parts.ts';
import type { NewTrash, TrashRecord } from '#engine/trash/trash-record.ts';
import { volumeReturn, type VolumeReturn } from '#engine/volume/trashed-volumes.ts';
import { publishVolume } from '#engine/volume/volume-events.ts';

import { containerDir } from './container-dir.ts';
import { publishEvent } from './container-events.ts';
import { volumeMounts } from './container-mount.ts';
import { checkContainerName } from './container-name.ts';
import { attachmentsOf } from './container-network.ts';
import type { ContainerParts } from './container-parts.ts';
import { container, exitCodeOf, type Container, type ContainerState } from './container.ts';

/** All of a container: its bundle with log and exit status, its read-write layer, and what its row says. */
export function newTrash(parts: ContainerParts, subject: Container, cause: TrashCause): NewTrash {
  const { id, name, imageId, state } = subject;
  const at = (path: string): string => relative(parts.trash.root, path);
  return {
    id,
    kind: 'container',
    name,
    cause,
    imageId,
    pieces: [
      { at: at(containerDir(parts, id)), as: 'bundle' },
      { at: at(parts.snapshots.directory(id)), as: 'snapshot' },
    ],
    record: { ...subject, state: lastState(state, Date.now()) },
  };
}

/** As it was before its removal began. */
function lastState(state: ContainerState, now: number): ContainerState {
  if (state.status === 'created') return state;
  if (state.status === 'exited') return { ...state, isRestored: true };
  // Only an engine that knew no trash leaves one like this.
  const exitCode = exitCodeOf(state);
  return { status: 'exited', startedAt: now, finishedAt: now, exitCode, oomKilled: false, isRestored: true };
}

/** Containers as the trash knows them. */
export function trashedContainers(parts: ContainerParts): TrashedKind {
  return {
    describe: (entry) => {
      const { name, config, state } = container.parse(entry.record);
      return {
        isNameTaken: parts.table.isNameTaken(name),
        container: {
          image: config.image,
          command: [...config.entrypoint, ...config.command],
          ...(state.status === 'exited' ? { exitCode: state.exitCode, finishedAt: state.finishedAt } : {}),
        },
      };
    },
    isThere: ({ id }) => parts.table.get(id) !== undefined,
    restore: (entry, { name }) => restore(parts, entry, name),
    forget: async ({ imageId }) => (imageId === undefined ? 0 : releaseImage(parts.images, imageId)),
  };
}

async function restore(parts: ContainerParts, entry: TrashRecord, name: string): Promise<Restored> {
  const restored: Container = { ...container.parse(entry.record), name };
  const { id, imageId, config } = restored;
  checkContainerName(name);
  if (parts.table.isNameTaken(name)) {
    throw new EngineError(
      'conflict',
      `Another container is called ${name} by now; restore ${id.slice(0, 12)} under another name.`,
    );
  }
  using held = new DisposableStack();
  held.use(parts.table.reserve({ id, name, imageId }));
  for (const { name: volume } of volumeMounts(config.mounts)) held.use(parts.volumes.table.hold(volume));
  const owned = ownVolumes(parts, id);
  try {
    await returnPieces(parts.trash, [entry, ...owned.map((volume) => volume.entry)], () => {
      for (const { insert } of owned) insert();
      parts.table.insert(restored);
    });
  } catch (error) {
    // Not one that only the memory knows.
    if (parts.table.get(id) !== undefined) parts.table.delete(id);
    for (const { entry: volume } of owned) parts.volumes.table.delete(volume.name);
    throw error;
  }
  for (const { entry: volume } of owned) publishVolume(parts.volumes, volume.name, 'create');
  publishEvent(parts, restored, 'create');
  return { kind: 'container', id, name, warnings: [...lacking(parts, restored)] };
}

/** What was removed with it comes back with it, unless something else has its name by now. */
function ownVolumes({ trash, volumes }: ContainerParts, id: string): readonly VolumeReturn[] {
  return trash.table
    .ownedBy(id)
    .filter(({ phase, name }) => phase === 'here' && !volumes.table.isRecorded(name))
    .map((entry) => volumeReturn(volumes, entry));
}

/** What it had and can't start without, a sentence each. */
function lacking({ volumes, networks }: ContainerParts, restored: Container): readonly string[] {
  const mounts = volumeMounts(restored.config.mounts).filter(({ name }) => volumes.table.get(name) === undefined);
  const gone = attachmentsOf(restored).filter(({ network }) => networks.table.get(network) === undefined);
  return [
    ...mounts.map(({ name }) => `The volume ${name} it had is gone; restore or create it before it starts.`),
    ...gone.map(({ network }) => `The network ${network.slice(0, 12)} it was in is gone; connect it to another.`),
  ];
}
