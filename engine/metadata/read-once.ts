import type { Database } from './database.ts';

/**
 * What is read from tables and asked for often: read again only after anything was written. One engine writes to a
 * database, through one connection, which counts every row it changes (sqlite.org/c3ref/total_changes.html).
 */
export class ReadOnce<T> {
  readonly #read: (database: Database) => T;
  readonly #known = new WeakMap<Database, { readonly changes: number; readonly value: T }>();

  /** @param read only from the database. */
  constructor(read: (database: Database) => T) {
    this.#read = read;
  }

  of(database: Database): T {
    // What is taken back is counted as written all the same.
    if (database.isTransaction) return this.#read(database);
    const changes = Number(database.prepare('SELECT total_changes() AS changes').get()?.['changes']);
    const known = this.#known.get(database);
    if (known?.changes === changes) return known.value;
    const value = this.#read(database);
    this.#known.set(database, { changes, value });
    return value;
  }
}
