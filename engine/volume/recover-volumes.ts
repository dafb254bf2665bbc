import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { removeTree } from '#engine/async/remove-tree.ts';

import { makeVolumeDir } from './create-volume.ts';
import { isMounted, unmountVolume } from './mount-volume.ts';
import { finishCopy } from './populate-volume.ts';
import { discardVolume, finishRemoval } from './remove-volume.ts';
import { finishRestore } from './restore-save-point.ts';
import { sweepSavePoints } from './save-point-files.ts';
import { volumeData, volumeDir } from './volume-dir.ts';
import type { VolumeParts } from './volume-parts.ts';

/**
 * Finishes or undoes what the last engine was in the middle of, before the containers are looked at.
 *
 * A directory that no record knows is somebody's data all the same: it becomes a volume again.
 */
export async function recoverVolumes(parts: VolumeParts): Promise<void> {
  for (const volume of parts.table.listRemoving()) await finishRemoval(parts, volume);
  for (const name of await readdir(parts.volumesDir)) {
    if (name.startsWith('.')) await removeTree(join(parts.volumesDir, name));
    else if (parts.table.get(name) === undefined) await adopt(parts, name);
  }
  for (const { name } of parts.table.listMadeFor()) {
    const users = parts.usage.users(name);
    if (users.length === 0) await discardVolume(parts, name);
    for (const { id } of users) parts.table.keepMadeFor(id);
  }
  for (const { name, options } of parts.table.list()) {
    // A machine that doesn't answer any more is not to be asked what is mounted from it.
    if (Object.keys(options).length > 0 && (await isMounted(volumeData(parts, name)))) continue;
    await makeVolumeDir(parts, name);
    await finishCopy(parts, name);
    await finishRestore(parts, name);
    await sweepSavePoints(parts, name);
  }
}

/** Once it is known which containers still run: mounts of those that ended without an engine are undone. */
export async function releaseVolumes(parts: VolumeParts): Promise<void> {
  for (const { name } of parts.table.list()) await unmountVolume(parts, name);
}

async function adopt(parts: VolumeParts, name: string): Promise<void> {
  const { birthtimeMs } = await stat(volumeDir(parts, name));
  parts.table.insert({ name, createdAt: Math.trunc(birthtimeMs), labels: {}, options: {} });
}
