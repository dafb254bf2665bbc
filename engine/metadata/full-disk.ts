import type { Database } from './database.ts';

/** How long a full disk is left alone. */
const RETRY_MS = 1000;

/** SQLITE_IOERR and SQLITE_FULL, sqlite3.h: which of them it is depends on the file that could not grow. */
const NO_ROOM: readonly number[] = [10, 13];

/** Whether a write failed because the disk of the database is full or doesn't answer. */
function hasNoRoom(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ('errcode' in error && typeof error.errcode === 'number') return NO_ROOM.includes(error.errcode & 0xff);
  return hasNoRoom(error.cause);
}

/**
 * Records what has happened anyway, and can't be refused: at once, or when the disk has room again. It is forgotten when
 * the engine ends before that: the next one finds out by itself.
 *
 * @param write does nothing more when it is done again.
 */
export function onceThereIsRoom(database: Database, write: () => void): void {
  try {
    write();
  } catch (error) {
    if (!hasNoRoom(error)) throw error;
    const again = (): void => {
      if (database.isOpen) onceThereIsRoom(database, write);
    };
    setTimeout(again, RETRY_MS).unref();
  }
}

/** Records what others find out by themselves where it isn't recorded. */
export function ifThereIsRoom(write: () => void): void {
  try {
    write();
  } catch (error) {
    if (!hasNoRoom(error)) throw error;
  }
}
