import { randomUUID } from 'node:crypto';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';

import { removeTree } from '#engine/async/remove-tree.ts';
import { isMissing } from '#engine/content/file-failures.ts';
import { EngineError } from '#engine/contract/errors.ts';
import type { TrashCause } from '#engine/contract/trash.ts';
import { putIntoTrash } from '#engine/trash/put-into-trash.ts';
import type { NewTrash } from '#engine/trash/trash-record.ts';

import { unmountData } from './mount-volume.ts';
import { newTrash } from './trashed-volumes.ts';
import { volumeDir } from './volume-dir.ts';
import { publishVolume } from './volume-events.ts';
import type { VolumeParts } from './volume-parts.ts';
import type { Volume } from './volume.ts';

export interface RemoveOptions {
  readonly cause?: TrashCause;
  /** The container that goes with it, and is no reason to keep it; they come back together. */
  readonly owner?: string;
}

/**
 * Into the trash: its name is free, and it can come back as it was.
 *
 * @returns the trash's entry.
 * @throws EngineError `conflict` while a container has it, running or not; `not-found`.
 */
export function removeVolume(
  parts: VolumeParts,
  name: string,
  options: RemoveOptions = {},
): Promise<{ readonly trash: string }> {
  return parts.table.exclusively(name, () => removeHeld(parts, name, options));
}

/** The same for one that counts as removed when it isn't there. */
export async function removeVolumeIfThere(
  parts: VolumeParts,
  name: string,
  options: RemoveOptions = {},
): Promise<void> {
  await parts.table.exclusively(name, async () => {
    if (parts.table.get(name) !== undefined) await removeHeld(parts, name, options);
  });
}

async function removeHeld(
  parts: VolumeParts,
  name: string,
  { cause = 'removed', owner }: RemoveOptions,
): Promise<{ readonly trash: string }> {
  const volume = parts.table.find(name);
  const users = parts.usage.users(name).filter(({ id }) => id !== owner);
  if (users.length > 0 || parts.table.isHeld(name)) {
    const ids = users.map(({ id }) => id).join(', ');
    throw new EngineError('conflict', `remove ${name}: volume is in use - [${ids}]`);
  }
  const { id } = await moveToTrash(parts, volume, newTrash(volume, cause, owner));
  publishVolume(parts, name, 'destroy');
  return { trash: id };
}

function moveToTrash(parts: VolumeParts, { name }: Volume, subject: NewTrash): Promise<{ readonly id: string }> {
  return putIntoTrash(parts.trash, subject, {
    mark: () => parts.table.markRemoving(name),
    release: () => unmountData(parts, name),
    forget: () => parts.table.delete(name),
  });
}

/** One that is worth nothing, since what it was made for did not come to be. */
export async function discardVolume(parts: VolumeParts, name: string): Promise<void> {
  await parts.table.exclusively(name, async () => {
    if (parts.table.get(name) === undefined) return;
    parts.table.markRemoving(name);
    await finishDiscarding(parts, name);
    publishVolume(parts, name, 'destroy');
  });
}

/** Of one that is marked: what a killed engine has begun. */
export async function finishRemoval(parts: VolumeParts, volume: Volume): Promise<void> {
  const entry = parts.trash.table.coming('volume', volume.name);
  if (entry === undefined) await finishDiscarding(parts, volume.name);
  else await moveToTrash(parts, volume, entry);
}

/** Out of its name first: what is half removed is no volume any more, and its name is free for another. */
async function finishDiscarding(parts: VolumeParts, name: string): Promise<void> {
  await unmountData(parts, name);
  // No volume's name begins with a dot: the next engine removes what this one doesn't get to.
  const gone = join(parts.volumesDir, `.${randomUUID()}`);
  try {
    await rename(volumeDir(parts, name), gone);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  parts.table.delete(name);
  await removeTree(gone);
}
