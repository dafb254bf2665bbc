import { mkdir, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';

import { isMissing } from '#engine/content/file-failures.ts';
import { EngineError } from '#engine/contract/errors.ts';
import type { SavePoint } from '#engine/contract/save-point.ts';
import { measureTree } from '#engine/archive/measure-tree.ts';
import { removeTree } from '#engine/async/remove-tree.ts';

import { copyTree, makeLike } from './copy-tree.ts';
import { newPoint, refuseElsewhere } from './make-save-point.ts';
import { findSavePoint, pointData, pointsDir, readAbout, writeAbout } from './save-point-files.ts';
import { volumeData, volumeDir } from './volume-dir.ts';
import { publishSavePoint } from './volume-events.ts';
import type { VolumeParts } from './volume-parts.ts';
import { whileStill } from './while-still.ts';

/*
 * A container that runs has the directory of the volume's data itself: what is in it changes places, and the directory
 * stays. All is prepared first in `restoring`:
 *
 *     incoming        what the save point holds, copied
 *     like-incoming   an empty directory like the save point's own
 *     like-outgoing   an empty directory like the volume's own
 *     point           what was there until now becomes a save point: about.json, and
 *     point/outgoing  where it goes; `point/data` once all of it is there
 *
 * From the moment on at which `restoring` has its name, the restore is finished, by the next engine if need be.
 */

/**
 * Makes a volume hold again what it held, while the containers that use it stand still. All or nothing.
 *
 * @returns the save point made of what it held until now.
 * @throws EngineError `not-found`, `unsupported` as for making one, `conflict` for a container that has a part of it.
 */
export async function restoreSavePoint(parts: VolumeParts, volume: string, ref: string): Promise<SavePoint> {
  refuseElsewhere(parts, volume);
  const before = await whileStill(parts, volume, async () => {
    const point = await findSavePoint(parts, volume, ref);
    refuseRead(parts, volume);
    refuseParts(parts, volume);
    const made = await prepare(parts, volume, point);
    await finishRestore(parts, volume);
    publishSavePoint(parts, volume, 'restore');
    return made;
  });
  return measured(parts, volume, before);
}

/** Nobody waits for it to be measured. One that is gone by now is as it was. */
async function measured(parts: VolumeParts, volume: string, point: SavePoint): Promise<SavePoint> {
  const size = await measureTree(pointData(parts, volume, point.id), new AbortController().signal);
  const whole = { ...point, ...size };
  await writeAbout(join(pointsDir(parts, volume), point.id), whole).catch(() => undefined);
  return whole;
}

function refuseRead({ table }: VolumeParts, volume: string): void {
  if (!table.isRead(volume)) return;
  throw new EngineError(
    'conflict',
    `The volume ${volume} is being exported; restore the save point when that is over.`,
  );
}

/** A part that is mounted by itself would be left behind with what goes. */
function refuseParts({ usage }: VolumeParts, volume: string): void {
  const user = usage.users(volume).find(({ running, hasPart }) => running && hasPart === true);
  if (user === undefined) return;
  throw new EngineError(
    'conflict',
    `The container ${user.name} runs with a part of the volume ${volume}; stop it, then restore the save point.`,
  );
}

async function prepare(parts: VolumeParts, volume: string, { id, name }: SavePoint): Promise<SavePoint> {
  const { launcherPath } = parts;
  const dir = join(volumeDir(parts, volume), 'restoring');
  const partial = `${dir}.partial`;
  const at = (...names: readonly string[]): string => join(partial, ...names);
  try {
    await removeTree(partial);
    for (const made of ['incoming', 'like-incoming', 'like-outgoing', 'point/outgoing']) {
      await mkdir(at(made), { recursive: true, mode: 0o700 });
    }
    await makeLike(launcherPath, volumeData(parts, volume), at('like-outgoing'));
    const before = newPoint({ name: `before ${name}` }, true);
    await writeAbout(at('point'), before);
    await copyTree(launcherPath, pointData(parts, volume, id), at('incoming'));
    await makeLike(launcherPath, at('incoming'), at('like-incoming'));
    await rename(partial, dir);
    return before;
  } finally {
    await removeTree(partial);
  }
}

/** What has been prepared is done, from wherever a killed engine came to; nothing where nothing was. */
export async function finishRestore(parts: VolumeParts, volume: string): Promise<void> {
  const { launcherPath } = parts;
  const data = volumeData(parts, volume);
  const at = (...names: readonly string[]): string => join(volumeDir(parts, volume), 'restoring', ...names);
  await removeTree(`${at()}.partial`);
  if (await isThere(at('point', 'outgoing'))) {
    await moveAll(data, at('point', 'outgoing'));
    await makeLike(launcherPath, at('like-outgoing'), at('point', 'outgoing'));
    await rename(at('point', 'outgoing'), at('point', 'data'));
  }
  if (await isThere(at('point', 'data'))) {
    await moveAll(at('incoming'), data);
    await makeLike(launcherPath, at('like-incoming'), data);
    await becomePoint(parts, volume, at('point'));
  }
  await removeTree(at());
}

async function becomePoint(parts: VolumeParts, volume: string, dir: string): Promise<void> {
  const { id } = await readAbout(dir);
  await mkdir(pointsDir(parts, volume), { recursive: true, mode: 0o700 });
  await rename(dir, join(pointsDir(parts, volume), id));
}

async function moveAll(from: string, into: string): Promise<void> {
  const at = (dir: string, name: Buffer): Buffer => Buffer.concat([Buffer.from(`${dir}/`), name]);
  for (const name of await readdir(from, { encoding: 'buffer' })) await rename(at(from, name), at(into, name));
}

async function isThere(path: string): Promise<boolean> {
  try {
    await readdir(path);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}
