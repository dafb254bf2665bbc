import { randomUUID } from 'node:crypto';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { isMissing } from '#engine/content/file-failures.ts';
import { EngineError } from '#engine/contract/errors.ts';

import { unmountData } from './mount-volume.ts';
import { volumeDir } from './volume-dir.ts';
import { publishVolume } from './volume-events.ts';
import type { VolumeParts } from './volume-parts.ts';

export interface RemoveOptions {
  /** One that isn't there counts as removed. */
  readonly force?: boolean;
  /** The container that goes with it, and is no reason to keep it. */
  readonly exceptFor?: string;
}

/** @throws EngineError `conflict` while a container has it, running or not; `not-found`. */
export async function removeVolume(
  parts: VolumeParts,
  name: string,
  { force = false, exceptFor }: RemoveOptions = {},
): Promise<void> {
  await parts.table.exclusively(name, async () => {
    if (force && parts.table.get(name) === undefined) return;
    parts.table.find(name);
    const users = parts.usage.users(name).filter(({ id }) => id !== exceptFor);
    if (users.length > 0 || parts.table.isHeld(name)) {
      const ids = users.map(({ id }) => id).join(', ');
      throw new EngineError('conflict', `remove ${name}: volume is in use - [${ids}]`);
    }
    parts.table.markRemoving(name);
    await finishRemoval(parts, name);
    publishVolume(parts, name, 'destroy');
  });
}

/** Out of its name first: what is half removed is no volume any more, and its name is free for another. */
export async function finishRemoval(parts: VolumeParts, name: string): Promise<void> {
  await unmountData(parts, name);
  // No volume's name begins with a dot: the next engine removes what this one doesn't get to.
  const gone = join(parts.volumesDir, `.${randomUUID()}`);
  try {
    await rename(volumeDir(parts, name), gone);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  parts.table.delete(name);
  await rm(gone, { recursive: true, force: true });
}
