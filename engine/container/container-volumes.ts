import type { Digest } from '#engine/contract/digest.ts';
import { toEngineError } from '#engine/contract/errors.ts';
import type { TrashCause } from '#engine/contract/trash.ts';
import { holdVolume } from '#engine/volume/create-volume.ts';
import { mountVolume, unmountVolume } from '#engine/volume/mount-volume.ts';
import { populateVolume } from '#engine/volume/populate-volume.ts';
import { discardVolume, removeVolumeIfThere } from '#engine/volume/remove-volume.ts';
import { volumeData } from '#engine/volume/volume-dir.ts';
import { publishVolume } from '#engine/volume/volume-events.ts';
import type { VolumeParts, VolumeUser } from '#engine/volume/volume-parts.ts';

import type { ChosenMount } from './choose-mounts.ts';
import { volumeMounts, type ContainerMount, type VolumeMount, type VolumeRequestMount } from './container-mount.ts';
import type { ContainerParts } from './container-parts.ts';
import type { ContainerTable } from './container-table.ts';
import { isActive, type Container } from './container.ts';

/** The containers that have a volume among their mounts. */
export function volumeUsers(table: ContainerTable, volume: string): readonly VolumeUser[] {
  return table.list().flatMap(({ id, name, state, config }) => {
    const mounts = volumeMounts(config.mounts).filter((mount) => mount.name === volume);
    if (mounts.length === 0) return [];
    return [{ id, name, running: isActive(state), hasPart: mounts.some(({ subpath }) => subpath !== undefined) }];
  });
}

interface Creation {
  /** The container's. */
  readonly id: string;
  /** Of its image, base first. */
  readonly diffIds: readonly Digest[];
  /** Disposed when the container doesn't come to be: volumes made for it alone go. */
  readonly undo: AsyncDisposableStack;
  /** Disposed before that and in any case: until then its volumes can't be removed. */
  readonly held: DisposableStack;
}

/** Finds or makes the volumes of a container that is being created. */
export async function prepareMounts(
  { volumes }: ContainerParts,
  chosen: readonly ChosenMount[],
  creation: Creation,
): Promise<ContainerMount[]> {
  const mounts: ContainerMount[] = [];
  for (const mount of chosen) {
    if ('asked' in mount) mounts.push(await prepareVolume(volumes, mount.asked, creation));
    else mounts.push(holdInherited(volumes, mount.inherited, creation));
  }
  return mounts;
}

function holdInherited({ table }: VolumeParts, mount: ContainerMount, { held }: Creation): ContainerMount {
  if (mount.type === 'volume') held.use(table.hold(table.find(mount.name).name));
  return mount;
}

async function prepareVolume(
  volumes: VolumeParts,
  asked: VolumeRequestMount,
  { id, diffIds, undo, held }: Creation,
): Promise<VolumeMount> {
  const { destination, readOnly, subpath, isPopulated } = asked;
  const isAnonymous = asked.name === undefined;
  const { volume, hold } = await holdVolume(volumes, {
    name: asked.name,
    driver: asked.driver,
    options: asked.driverOptions,
    labels: asked.labels,
    ...(isAnonymous ? { madeFor: id } : {}),
  });
  held.use(hold);
  const { name } = volume;
  if (isAnonymous) undo.defer(() => discardVolume(volumes, name));
  if (isPopulated && subpath === undefined) {
    await populateVolume(volumes, name, { diffIds, path: destination });
  }
  return {
    type: 'volume',
    name,
    source: volumeData(volumes, name),
    isAnonymous,
    destination,
    readOnly,
    options: [],
    ...(subpath === undefined ? {} : { subpath }),
  };
}

/** Mounts what its volumes' options name. Until disposed nobody unmounts it; by then the container runs, or was given up. */
export async function mountVolumes(parts: ContainerParts, { config }: Container): Promise<Disposable> {
  using held = new DisposableStack();
  for (const { name } of volumeMounts(config.mounts)) {
    held.use(parts.volumes.table.hold(name));
    await mountVolume(parts.volumes, name);
  }
  return held.move();
}

/** Says that a container has its volumes. */
export function publishMounts(parts: ContainerParts, { id, config }: Container): void {
  for (const { name, destination, readOnly } of volumeMounts(config.mounts)) {
    const attributes = { container: id, destination, 'read/write': String(!readOnly), propagation: '' };
    publishVolume(parts, name, 'mount', attributes);
  }
}

/** After a container's end: its volumes are unmounted where nobody else uses them. */
export function leaveVolumes(parts: ContainerParts, { id, config }: Container): void {
  for (const { name } of volumeMounts(config.mounts)) {
    publishVolume(parts, name, 'unmount', { container: id });
    // What can't be unmounted now is unmounted with the volume's removal, or by the next engine.
    unmountVolume(parts.volumes, name).catch(() => undefined);
  }
}

/** The volumes that nobody named go into the trash with it, unless another container has them too. */
export async function removeAnonymousVolumes(
  parts: ContainerParts,
  { id, config }: Container,
  cause: TrashCause,
): Promise<void> {
  for (const { name, isAnonymous } of volumeMounts(config.mounts)) {
    if (!isAnonymous) continue;
    try {
      await removeVolumeIfThere(parts.volumes, name, { owner: id, cause });
    } catch (error) {
      if (toEngineError(error).code !== 'conflict') throw error;
    }
  }
}
