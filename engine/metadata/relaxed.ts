import type { Database } from './database.ts';

/**
 * Commits that survive the engine's end but don't wait for the disk. What is written so is on the disk once anything
 * written after it is: the log keeps its order.
 */
export function relaxed(database: Database, write: () => void): void {
  database.exec('PRAGMA synchronous = NORMAL');
  try {
    write();
  } finally {
    database.exec('PRAGMA synchronous = FULL');
  }
}
