import type { Database } from '#engine/metadata/database.ts';

/** A file whose inode changed this short a time ago may change once more without its clock showing it. */
const SETTLED_MS = 2000;

/** What of stat(2) tells whether a file is still the one it was. */
export interface FileStamp {
  readonly text: string;
  /** Unix milliseconds. */
  readonly ctimeMs: number;
}

/**
 * Digests of files in folders that were built from, so that only what has changed is read again. A file is the same while
 * it is the same inode that nobody has written to: its change time (inode(7)) is the kernel's, and no program sets it.
 */
export class KnownDigests {
  readonly #database: Database;
  readonly #fresh = new Map<string, { readonly stamp: string; readonly digest: string }>();
  readonly #stored = new Map<string, { readonly stamp: string; readonly digest: string }>();

  /** @param folder whose files are asked about, absolute. */
  constructor(database: Database, folder: string) {
    this.#database = database;
    // All at once: a question for each would take longer than looking at the files.
    const rows = database
      .prepare('SELECT path, stamp, digest FROM known_digests WHERE path >= ?1 AND path < ?2')
      .all(`${folder}/`, `${folder}0`);
    for (const { path, stamp, digest } of rows) {
      this.#stored.set(String(path), { stamp: String(stamp), digest: String(digest) });
    }
  }

  of(path: string, stamp: FileStamp): string | undefined {
    const known = this.#fresh.get(path) ?? this.#stored.get(path);
    return known?.stamp === stamp.text ? known.digest : undefined;
  }

  note(path: string, { text, ctimeMs }: FileStamp, digest: string): void {
    if (Date.now() - ctimeMs < SETTLED_MS) return;
    this.#fresh.set(path, { stamp: text, digest });
  }

  /** What was noted, for the next build. */
  store(): void {
    const insert = this.#database.prepare(
      'INSERT INTO known_digests (path, stamp, digest) VALUES (?1, ?2, ?3) ON CONFLICT (path) DO UPDATE SET stamp = ?2, digest = ?3',
    );
    if (this.#fresh.size === 0) return;
    this.#database.exec('BEGIN IMMEDIATE');
    for (const [path, { stamp, digest }] of this.#fresh) insert.run(path, stamp, digest);
    this.#database.exec('COMMIT');
    this.#fresh.clear();
  }
}
