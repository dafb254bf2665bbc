import { lstatSync, mkdirSync, renameSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import type { TrashParts } from './trash-parts.ts';
import type { TrashPiece, TrashRecord } from './trash-record.ts';

type Places = Pick<TrashParts, 'root' | 'trashDir'>;

export function entryDir({ trashDir }: Places, id: string): string {
  return join(trashDir, id);
}

/**
 * Whatever of it is still where it belongs moves into the trash. Where one is there already, what is in its old place is
 * somebody else's: a volume's name is free for another. A few names change in directories, within microseconds.
 */
export function bringIn(parts: Places, entry: Pick<TrashRecord, 'id' | 'pieces'>): void {
  mkdirSync(entryDir(parts, entry.id), { recursive: true, mode: 0o700 });
  for (const piece of entry.pieces) {
    const target = inTrash(parts, entry.id, piece);
    if (!isThere(target)) move(placeOf(parts, piece), target);
  }
}

/** The other way round, and on the disk when this returns: a record that says so must not be there before. */
export async function takeOut(parts: Places, entry: Pick<TrashRecord, 'id' | 'pieces'>): Promise<void> {
  for (const piece of entry.pieces) {
    const place = placeOf(parts, piece);
    move(inTrash(parts, entry.id, piece), place);
    await syncDirectory(dirname(place));
  }
}

/** Makes sure that what was moved in would be found there after a loss of power. */
export async function settlePieces(parts: Places, entry: Pick<TrashRecord, 'id' | 'pieces'>): Promise<void> {
  bringIn(parts, entry);
  await syncDirectory(entryDir(parts, entry.id));
}

function placeOf({ root }: Places, { at }: TrashPiece): string {
  return join(root, at);
}

function inTrash(parts: Places, id: string, { as }: TrashPiece): string {
  return join(entryDir(parts, id), as);
}

function move(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
}

function isThere(path: string): boolean {
  try {
    lstatSync(path);
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
