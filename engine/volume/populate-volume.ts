import { chmod, lchown, mkdir, readdir, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { removeTree } from '#engine/async/remove-tree.ts';
import { errnoOf, explainWriteFailure, isMissing } from '#engine/content/file-failures.ts';
import { copySubtree, type SubtreeSource } from '#engine/layer/copy-subtree.ts';

import { volumeData, volumeDir } from './volume-dir.ts';
import type { VolumeParts } from './volume-parts.ts';

/**
 * Gives an empty volume what the image has where it will be mounted. One that holds anything is left as it is, and one
 * whose options have something mounted over it.
 */
export async function populateVolume(parts: VolumeParts, name: string, source: SubtreeSource): Promise<void> {
  await parts.table.exclusively(name, async () => {
    const { options } = parts.table.find(name);
    if (Object.keys(options).length > 0) return;
    if ((await readdir(volumeData(parts, name))).length > 0) return;
    await copyBeside(parts, name, source);
  });
}

/** Beside the data until the copy is whole; from its second name on, a killed engine's successor finishes it. */
async function copyBeside(parts: VolumeParts, name: string, source: SubtreeSource): Promise<void> {
  const dir = join(volumeDir(parts, name), 'copying');
  await removeTree(dir);
  await mkdir(dir, { mode: 0o700 });
  try {
    const { layers, launcherPath } = parts;
    if (await copySubtree(layers, source, { dir, launcherPath })) {
      await rename(dir, join(volumeDir(parts, name), 'copied'));
      await finishCopy(parts, name);
    }
  } catch (error) {
    throw explainWriteFailure(error, `the volume ${name}`);
  } finally {
    await removeTree(dir);
  }
}

/** Moves a copy that is whole into the volume, and drops one that isn't. */
export async function finishCopy(parts: VolumeParts, name: string): Promise<void> {
  const copied = join(volumeDir(parts, name), 'copied');
  const data = volumeData(parts, name);
  try {
    const { uid, gid, mode } = await stat(copied);
    for (const entry of await readdir(copied, { encoding: 'buffer' })) await moveInto(copied, data, entry);
    await lchown(data, uid, gid);
    await chmod(data, mode & 0o7777);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  await removeTree(copied);
  await removeTree(join(volumeDir(parts, name), 'copying'));
}

/** What a container has meanwhile made itself by that name stays. */
async function moveInto(from: string, into: string, entry: Buffer): Promise<void> {
  const at = (dir: string): Buffer => Buffer.concat([Buffer.from(`${dir}/`), entry]);
  try {
    await rename(at(from), at(into));
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST', 'EISDIR', 'ENOTDIR'].includes(errnoOf(error) ?? '')) throw error;
  }
}
