import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { eachInTurn } from '#engine/async/each-in-turn.ts';
import { removeTree } from '#engine/async/remove-tree.ts';
import { transaction } from '#engine/metadata/database.ts';

import { entryDir } from './move-pieces.ts';
import { publishTrash } from './trash-events.ts';
import { kindOf, type TrashParts } from './trash-parts.ts';
import type { TrashRecord } from './trash-record.ts';

export interface Emptied {
  readonly removed: number;
  readonly freedBytes: number;
}

/** Removes something for good, and what came with it. @returns bytes. @throws EngineError `not-found`. */
export async function removeFromTrash(parts: TrashParts, ref: string): Promise<number> {
  return discard(parts, parts.table.find(ref).id);
}

/** Removes everything for good. What is put there meanwhile stays. */
export async function emptyTrash(parts: TrashParts): Promise<Emptied> {
  let removed = 0;
  let freedBytes = 0;
  await eachInTurn(parts.table.list(), async ({ id }) => {
    if (parts.table.get(id)?.phase !== 'here') return;
    freedBytes += await discard(parts, id);
    removed += 1;
  });
  return { removed, freedBytes };
}

/**
 * What came with it goes too, at once: nothing comes back without what belongs to it. What has meanwhile come back or gone
 * stays. @returns bytes, as far as they are known.
 */
export async function discard(parts: TrashParts, id: string): Promise<number> {
  return parts.table.exclusively(id, async () => {
    const entry = parts.table.get(id);
    if (entry?.phase !== 'here') return 0;
    const all = [entry, ...parts.table.ownedBy(id).filter(({ phase }) => phase === 'here')];
    // The records first: a directory that nobody knows is swept later.
    transaction(parts.database, () => {
      for (const one of all) parts.table.delete(one.id);
    });
    let freedBytes = 0;
    await eachInTurn(all, async (one) => {
      freedBytes += await clear(parts, one);
    });
    return freedBytes;
  });
}

async function clear(parts: TrashParts, entry: TrashRecord): Promise<number> {
  publishTrash(parts, entry, 'remove');
  if (entry.pieces.length > 0) await removeTree(entryDir(parts, entry.id));
  return (entry.bytes ?? 0) + (await kindOf(parts, entry).forget(entry));
}

/** Directories of what was removed for good by an engine that was killed over it. */
export async function sweepTrash({ trashDir, table }: TrashParts): Promise<void> {
  await eachInTurn(await readdir(trashDir), async (name) => {
    // Something that has come back may be removed again meanwhile, into the same directory.
    await table.exclusively(name, async () => {
      if (table.get(name) === undefined) await removeTree(join(trashDir, name));
    });
  });
}
