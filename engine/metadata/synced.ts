import { closeSync, fdatasync, openSync } from 'node:fs';
import { promisify } from 'node:util';

import type { Database } from './database.ts';

interface Waiting {
  /** The wait that is under way. */
  readonly current: Promise<void>;
  /** The one after it, for those who have committed since it began. */
  readonly next: Promise<void> | undefined;
}

const datasync = promisify(fdatasync);

const waits = new WeakMap<Database, Waiting>();

/**
 * Resolves when everything that is committed by now, relaxed or not, is on the disk. Many who ask at once share one wait,
 * and the engine does other things meanwhile.
 */
export function synced(database: Database): Promise<void> {
  const { current, next } = waits.get(database) ?? { current: Promise.resolve(), next: undefined };
  if (next !== undefined) return next;
  const mine: Promise<void> = current
    .catch(() => undefined)
    .then(() => {
      // From here on it is under way: who commits later is not covered by it.
      waits.set(database, { current: mine, next: undefined });
      return syncLog(database);
    });
  waits.set(database, { current, next: mine });
  return mine;
}

/** In WAL mode a commit has been written to the log by the time it returns (sqlite.org/wal.html). */
async function syncLog(database: Database): Promise<void> {
  const path = database.location();
  // One in memory has nothing to lose.
  if (path === null) return;
  // Only the disk is worth a thread's turn.
  const log = openSync(`${path}-wal`, 'r');
  try {
    await datasync(log);
  } finally {
    closeSync(log);
  }
}
