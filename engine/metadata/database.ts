import { renameSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

import { EngineError } from '#engine/contract/errors.ts';

import type { Migration } from './migration.ts';
import { migrations } from './migrations.ts';

/** The engine's one SQLite database. Synchronous: every statement answers from the page cache within microseconds. */
export type Database = DatabaseSync;

/**
 * Opens the database, makes it when there is none, and brings its schema up to this engine's.
 *
 * An older schema is first copied beside it (`estrato.db.before-3`), then migrated in one transaction: after a crash
 * at any point it is the old one or the new one.
 *
 * @throws EngineError `unsupported` when a newer engine made it, `corrupt` when it isn't a database.
 */
export function openDatabase(path: string, steps: readonly Migration[] = migrations): Database {
  const database = open(path);
  try {
    const version = schemaVersion(database);
    if (version > steps.length) {
      throw new EngineError(
        'unsupported',
        `The database ${path} was written by a newer Estrato (schema ${version}, this one knows ${steps.length}); install that version, or choose another data root with --data-root.`,
      );
    }
    if (version > 0 && version < steps.length) backUp(database, `${path}.before-${version + 1}`);
    migrate(database, version, steps);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Runs `work` in one transaction: all of it is durable when this returns, none of it when it throws. */
export function transaction<T>(database: Database, work: () => T): T {
  // IMMEDIATE: taking the write lock at once can't fail half-way through with a lock held by another.
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    // A full disk makes SQLite roll back by itself, and a second ROLLBACK would hide the reason.
    if (database.isTransaction) database.exec('ROLLBACK');
    throw asEngineError(error);
  }
}

function open(path: string): Database {
  const database = new DatabaseSync(path, { enableForeignKeyConstraints: true, timeout: 5000 });
  try {
    database.exec('PRAGMA journal_mode = WAL');
    // In WAL mode NORMAL could lose the last transactions with the power; what was answered "done" must stay done.
    database.exec('PRAGMA synchronous = FULL');
    return database;
  } catch (error) {
    database.close();
    throw new EngineError(
      'corrupt',
      `${path} can't be opened as Estrato's database (${reason(error)}); restore it from a backup beside it (estrato.db.before-N), or choose another data root with --data-root.`,
      { cause: error },
    );
  }
}

function schemaVersion(database: Database): number {
  return Number(database.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0);
}

function backUp(database: Database, target: string): void {
  const partial = `${target}.partial`;
  rmSync(partial, { force: true });
  database.prepare('VACUUM INTO ?').run(partial);
  renameSync(partial, target);
}

function migrate(database: Database, version: number, steps: readonly Migration[]): void {
  if (version === steps.length) return;
  transaction(database, () => {
    for (const step of steps.slice(version)) {
      try {
        database.exec(step.sql);
      } catch (error) {
        throw new EngineError(
          'internal',
          `The database could not be brought up to date at step "${step.name}" (${reason(error)}); it was left as it was.`,
          { cause: error },
        );
      }
    }
    database.exec(`PRAGMA user_version = ${steps.length}`);
  });
}

/** SQLITE_FULL, sqlite3.h. */
const SQLITE_FULL = 13;

function asEngineError(error: unknown): unknown {
  if (error instanceof Error && 'errcode' in error && error.errcode === SQLITE_FULL) {
    return new EngineError(
      'out-of-space',
      'The disk that holds the data root is full; free some space and try again.',
      { cause: error },
    );
  }
  return error;
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
