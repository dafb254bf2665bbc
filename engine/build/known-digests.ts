import { transaction, type Database } from '#engine/metadata/database.ts';

/** What of stat(2) tells whether a file is still the one it was. */
export interface FileStamp {
  readonly dev: number;
  readonly ino: number;
  readonly size: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
}

interface Known {
  readonly stamp: string;
  readonly digest: string;
}

/**
 * Digests of files in folders that were built from, so that only what has changed is read again. A file is the same while
 * it is the same inode that nobody has written to: its change time (inode(7)) is the kernel's, and no program sets it.
 */
export class KnownDigests {
  readonly #database: Database;
  readonly #fresh = new Map<string, Known>();
  readonly #stored = new Map<string, Known>();

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
    return known?.stamp === textOf(stamp) ? known.digest : undefined;
  }

  note(path: string, stamp: FileStamp, digest: string): void {
    this.#fresh.set(path, { stamp: textOf(stamp), digest });
  }

  /** What was noted, for the next engine. */
  store(): void {
    if (this.#fresh.size === 0) return;
    const insert = this.#database.prepare(
      'INSERT INTO known_digests (path, stamp, digest) VALUES (?1, ?2, ?3) ON CONFLICT (path) DO UPDATE SET stamp = ?2, digest = ?3',
    );
    transaction(this.#database, () => {
      for (const [path, { stamp, digest }] of this.#fresh) insert.run(path, stamp, digest);
    });
    for (const [path, known] of this.#fresh) this.#stored.set(path, known);
    this.#fresh.clear();
  }
}

function textOf({ dev, ino, size, mtimeMs, ctimeMs }: FileStamp): string {
  return `${dev} ${ino} ${size} ${mtimeMs} ${ctimeMs}`;
}
