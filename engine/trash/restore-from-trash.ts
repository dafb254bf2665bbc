import { rm } from 'node:fs/promises';

import type { Restored } from '#engine/contract/trash.ts';
import { transaction } from '#engine/metadata/database.ts';

import { bringIn, entryDir, takeOut } from './move-pieces.ts';
import { publishTrash } from './trash-events.ts';
import { kindOf, type Restoring, type TrashParts } from './trash-parts.ts';
import type { TrashRecord } from './trash-record.ts';

/**
 * Brings something back as it was, with what came with it.
 *
 * @param how `name`: another than it had.
 * @throws EngineError `not-found`, `conflict` when the name is taken: it stays in the trash then.
 */
export async function restoreFromTrash(
  parts: TrashParts,
  ref: string,
  { name, ...how }: Partial<Restoring> = {},
): Promise<Restored> {
  const { id } = parts.table.find(ref);
  return parts.table.exclusively(id, async () => {
    const entry = parts.table.find(id);
    return kindOf(parts, entry).restore(entry, { name: name ?? entry.name, ...how });
  });
}

/**
 * Puts the pieces of entries where they say that they belong, and has their folders make all of them again, or none.
 *
 * Killed before `make`'s transaction is over, the next engine takes the pieces back into the trash.
 *
 * @param make writes the subjects' records, and nothing else: it is part of a transaction.
 */
export async function returnPieces(
  parts: TrashParts,
  entries: readonly TrashRecord[],
  make: () => void,
): Promise<void> {
  for (const entry of entries) parts.table.setReturning(entry);
  try {
    for (const entry of entries) await takeOut(parts, entry);
    transaction(parts.database, () => {
      make();
      for (const { id } of entries) parts.table.delete(id);
    });
  } catch (error) {
    for (const entry of entries) bringIn(parts, entry);
    for (const { id } of entries) parts.table.setHere(id);
    throw error;
  }
  for (const entry of entries) {
    publishTrash(parts, entry, 'restore');
    // Whatever is left there, a killed engine's successor finds that nobody knows it.
    await rm(entryDir(parts, entry.id), { recursive: true, force: true });
  }
}
