import { mkdir, readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';

import { removeTree } from '#engine/async/remove-tree.ts';
import { replaceFile } from '#engine/async/replace-file.ts';
import { isMissing } from '#engine/content/file-failures.ts';
import { EngineError } from '#engine/contract/errors.ts';
import { savePoint, type SavePoint } from '#engine/contract/save-point.ts';

import { volumeDir } from './volume-dir.ts';
import { publishSavePoint } from './volume-events.ts';
import type { VolumeParts } from './volume-parts.ts';

/*
 * A save point is a directory of its volume's, `points/ID`: `data`, and `about.json` saying what it is. It is whole
 * under its name; while it is being made its name begins with a dot. So it goes into the trash with the volume, and
 * comes back with it.
 */

export function pointsDir(parts: VolumeParts, volume: string): string {
  return join(volumeDir(parts, volume), 'points');
}

/** What the volume held. */
export function pointData(parts: VolumeParts, volume: string, id: string): string {
  return join(pointsDir(parts, volume), id, 'data');
}

export async function writeAbout(dir: string, point: SavePoint): Promise<void> {
  await replaceFile(join(dir, 'about.json'), JSON.stringify(point), { flush: true });
}

export async function readAbout(dir: string): Promise<SavePoint> {
  return savePoint.parse(JSON.parse(await readFile(join(dir, 'about.json'), 'utf8')));
}

/** Newest first. */
export async function listSavePoints(parts: VolumeParts, volume: string): Promise<SavePoint[]> {
  const dir = pointsDir(parts, parts.table.find(volume).name);
  const ids = (await namesIn(dir)).filter((name) => !name.startsWith('.'));
  const found = await Promise.all(ids.map((id) => readAbout(join(dir, id))));
  return found.toSorted((one, other) => other.createdAt - one.createdAt || one.id.localeCompare(other.id));
}

/** @throws EngineError `not-found`, or `invalid-argument` when several are called so. */
export async function findSavePoint(parts: VolumeParts, volume: string, ref: string): Promise<SavePoint> {
  const all = await listSavePoints(parts, volume);
  const exact = all.find(({ id }) => id === ref);
  if (exact !== undefined) return exact;
  const [only, ...others] = all.filter(({ id, name }) => id.startsWith(ref) || name === ref);
  if (only === undefined) {
    throw new EngineError('not-found', `The volume ${volume} has no save point ${ref}.`);
  }
  if (others.length === 0) return only;
  throw new EngineError('invalid-argument', `Several save points of ${volume} are called ${ref}; name one by its id.`);
}

export async function removeSavePoint(parts: VolumeParts, volume: string, ref: string): Promise<SavePoint> {
  return parts.table.exclusively(volume, async () => {
    const point = await findSavePoint(parts, volume, ref);
    const dir = pointsDir(parts, volume);
    await rename(join(dir, point.id), join(dir, `.${point.id}`));
    await removeTree(join(dir, `.${point.id}`));
    publishSavePoint(parts, volume, 'remove');
    return point;
  });
}

/** Takes away what a killed engine was making or removing. */
export async function sweepSavePoints(parts: VolumeParts, volume: string): Promise<void> {
  const dir = pointsDir(parts, volume);
  const unfinished = (await namesIn(dir)).filter((name) => name.startsWith('.'));
  for (const name of unfinished) await removeTree(join(dir, name));
}

/** A directory for a save point that is being made. */
export async function beginSavePoint(parts: VolumeParts, volume: string, id: string): Promise<string> {
  const dir = join(pointsDir(parts, volume), `.${id}`);
  await mkdir(join(dir, 'data'), { recursive: true, mode: 0o700 });
  return dir;
}

async function namesIn(dir: string): Promise<readonly string[]> {
  try {
    return await readdir(dir);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
