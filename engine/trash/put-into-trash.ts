import { bringIn } from './move-pieces.ts';
import { publishTrash } from './trash-events.ts';
import type { TrashParts } from './trash-parts.ts';
import type { NewTrash, TrashRecord } from './trash-record.ts';

/** The removal of a subject, as its own folder does it. Each step does nothing more when it is done again. */
export interface Removal {
  /** Records that it is being removed, durably when it is over: whatever happens from here on, its removal is finished. */
  mark(): void | Promise<void>;
  /** Ends whatever still uses its directories. */
  release(): Promise<void>;
  /** Takes it off the record: from here on only the trash has it. */
  forget(): void;
}

/**
 * Removes something into the trash: nothing is copied or walked through, its directories are renamed.
 *
 * Killed before the mark is durable, it was not removed; killed after it, the next engine finds the mark and does this
 * again. The entry is written before the mark: SQLite's log keeps the order in which it was told things.
 */
export async function putIntoTrash(parts: TrashParts, subject: NewTrash, removal: Removal): Promise<TrashRecord> {
  const entry = parts.table.coming(subject.kind, subject.name) ?? coming(subject);
  parts.table.insert(entry);
  try {
    await removal.mark();
  } catch (error) {
    parts.table.delete(entry.id);
    throw error;
  }
  await removal.release();
  // After whoever still clears that directory away.
  await parts.table.exclusively(entry.id, async () => bringIn(parts, entry));
  removal.forget();
  parts.table.setHere(entry.id);
  publishTrash(parts, entry, 'put');
  parts.wake();
  return entry;
}

/**
 * The same for what has no directories of its own, and whose record only says that it is removed: all of it is part of
 * a transaction, in which the caller takes it off its own record. `announceTrash` follows when that is durable.
 */
export function recordInTrash(parts: TrashParts, subject: NewTrash): TrashRecord {
  const entry: TrashRecord = { ...subject, removedAt: removalTime(), phase: 'here', bytes: 0 };
  parts.table.add(entry);
  return entry;
}

export function announceTrash(parts: TrashParts, entry: TrashRecord): void {
  publishTrash(parts, entry, 'put');
  parts.wake();
}

function coming(subject: NewTrash): TrashRecord {
  return { ...subject, removedAt: removalTime(), phase: 'coming' };
}

let latest = 0;

/** Unix milliseconds; of two removals in one the second is later by one, so that it is known which is the older. */
function removalTime(): number {
  latest = Math.max(Date.now(), latest + 1);
  return latest;
}
