import { lstat, mkdir, open, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import type { TrashParts } from './trash-parts.ts';
import type { TrashPiece, TrashRecord } from './trash-record.ts';

type Places = Pick<TrashParts, 'root' | 'trashDir'>;

export function entryDir({ trashDir }: Places, id: string): string {
  return join(trashDir, id);
}

/**
 * Whatever of it is still where it belongs moves into the trash. Where one is there already, what is in its old place is
 * somebody else's: a volume's name is free for another.
 */
export async function bringIn(parts: Places, entry: Pick<TrashRecord, 'id' | 'pieces'>): Promise<void> {
  await mkdir(entryDir(parts, entry.id), { recursive: true, mode: 0o700 });
  for (const piece of entry.pieces) {
    const target = inTrash(parts, entry.id, piece);
    if (!(await isThere(target))) await move(placeOf(parts, piece), target);
  }
}

/** The other way round, and on the disk when this returns: a record that says so must not be there before. */
export async function takeOut(parts: Places, entry: Pick<TrashRecord, 'id' | 'pieces'>): Promise<void> {
  for (const piece of entry.pieces) {
    const place = placeOf(parts, piece);
    await move(inTrash(parts, entry.id, piece), place);
    await syncDirectory(dirname(place));
  }
}

/** Makes sure that what was moved in would be found there after a loss of power. */
export async function settlePieces(parts: Places, entry: Pick<TrashRecord, 'id' | 'pieces'>): Promise<void> {
  await bringIn(parts, entry);
  await syncDirectory(entryDir(parts, entry.id));
}

function placeOf({ root }: Places, { at }: TrashPiece): string {
  return join(root, at);
}

function inTrash(parts: Places, id: string, { as }: TrashPiece): string {
  return join(entryDir(parts, id), as);
}

async function move(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
}

async function isThere(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
  }
}

/** fsync(2) of a directory: its names are on the disk. */
async function syncDirectory(path: string): Promise<void> {
  await using directory = await open(path);
  await directory.sync();
}
