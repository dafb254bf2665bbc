import { z } from 'zod';

import { KeyedLock } from '#engine/async/keyed-lock.ts';
import { EngineError } from '#engine/contract/errors.ts';
import type { Database } from '#engine/metadata/database.ts';
import { relaxed } from '#engine/metadata/relaxed.ts';

import { trashRecord, type TrashRecord } from './trash-record.ts';

const stored = z.object({
  id: z.string(),
  kind: z.string(),
  name: z.string(),
  cause: z.string(),
  removed_at: z.int(),
  owner: z.string().nullable(),
  image_id: z.string().nullable(),
  pieces: z.string(),
  record: z.string(),
  phase: z.string(),
  bytes: z.int().nullable(),
});

const SELECT =
  'SELECT id, kind, name, cause, removed_at, owner, image_id, pieces, record, phase, bytes FROM trash WHERE';

/** What of an entry counts for the budget. */
export interface TrashSize {
  readonly id: string;
  readonly owner: string | undefined;
  /** Unix milliseconds. */
  readonly removedAt: number;
  /** 0 while nobody knows. */
  readonly bytes: number;
}

/** The entries of the trash. Nothing of it is kept in memory: it is seldom looked at and may be long. */
export class TrashTable {
  readonly #database: Database;
  readonly #lock = new KeyedLock();
  #isAnything: boolean;

  constructor(database: Database) {
    this.#database = database;
    this.#isAnything = database.prepare('SELECT 1 FROM trash LIMIT 1').get() !== undefined;
  }

  /** Work on one entry, one piece at a time. */
  exclusively<T>(id: string, work: () => Promise<T>): Promise<T> {
    return this.#lock.exclusively(id, work);
  }

  /**
   * Does nothing for one that is there: a removal that goes on after its engine was killed. Durable with what is
   * written next.
   */
  insert(entry: TrashRecord): void {
    relaxed(this.#database, () => this.add(entry));
  }

  /** The same as part of a transaction. */
  add(entry: TrashRecord): void {
    const { id, kind, name, cause, removedAt, owner, imageId, pieces, record, phase, bytes } = entry;
    this.#isAnything = true;
    const values = [id, kind, name, cause, removedAt, owner ?? null, imageId ?? null];
    this.#database
      .prepare(
        `INSERT OR IGNORE INTO trash (id, kind, name, cause, removed_at, owner, image_id, pieces, record, phase, bytes)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(...values, JSON.stringify(pieces), JSON.stringify(record), phase, bytes ?? null);
  }

  /** The subject is nowhere else. Durable with what is written next: until then its removal is gone through again. */
  setHere(id: string): void {
    relaxed(this.#database, () => {
      this.#database.prepare("UPDATE trash SET phase = 'here' WHERE id = ?").run(id);
    });
  }

  /** Durable: from here on its pieces may be where they belong, which may be elsewhere than they were. */
  setReturning({ id, pieces }: Pick<TrashRecord, 'id' | 'pieces'>): void {
    this.#database
      .prepare("UPDATE trash SET phase = 'returning', pieces = ? WHERE id = ?")
      .run(JSON.stringify(pieces), id);
  }

  /** Nobody waits for it, and what the power takes is measured again. */
  setBytes(id: string, bytes: number): void {
    relaxed(this.#database, () => {
      this.#database.prepare('UPDATE trash SET bytes = ? WHERE id = ?').run(bytes, id);
    });
  }

  delete(id: string): void {
    this.#database.prepare('DELETE FROM trash WHERE id = ?').run(id);
  }

  get(id: string): TrashRecord | undefined {
    const row = this.#database.prepare(`${SELECT} id = ?`).get(id);
    return row === undefined ? undefined : readRow(row);
  }

  /**
   * By id, a unique prefix of one, or a name that only one entry has: what a person has at hand.
   * @throws EngineError `not-found`, or `invalid-argument` when several are meant.
   */
  find(ref: string): TrashRecord {
    const exact = this.get(ref);
    if (exact?.phase === 'here') return exact;
    const found = this.#read("phase = 'here' AND (substr(id, 1, length(?1)) = ?1 OR name = ?1)", ref);
    const [only, ...others] = found;
    if (only === undefined) throw new EngineError('not-found', `There is no ${ref} in the trash.`);
    if (others.length === 0) return only;
    throw new EngineError(
      'invalid-argument',
      `Several things in the trash are called ${ref}; name one by its id: ${found.map(({ id }) => id.slice(0, 12)).join(', ')}.`,
    );
  }

  /** All that can come back, newest first. */
  list(): readonly TrashRecord[] {
    return this.#isAnything ? this.#read("phase = 'here' ORDER BY removed_at DESC, id") : [];
  }

  /** The same, as far as a budget asks. */
  listSizes(): readonly TrashSize[] {
    const rows = this.#database.prepare(
      "SELECT id, owner, removed_at, bytes FROM trash WHERE phase = 'here' ORDER BY removed_at DESC, id",
    );
    return rows.all().map(({ id, owner, removed_at: removedAt, bytes }) => ({
      id: String(id),
      owner: owner === null ? undefined : String(owner),
      removedAt: Number(removedAt),
      bytes: Number(bytes ?? 0),
    }));
  }

  /** Those that an engine may not have got to the end with. */
  listUnsettled(): readonly TrashRecord[] {
    return this.#isAnything ? this.#read("phase <> 'here' OR bytes IS NULL ORDER BY removed_at") : [];
  }

  /** What came with an entry. */
  ownedBy(id: string): readonly TrashRecord[] {
    return this.#read('owner = ? ORDER BY name', id);
  }

  /** Of a subject whose removal has begun. */
  coming(kind: TrashRecord['kind'], name: string): TrashRecord | undefined {
    return this.#read("kind = ? AND name = ? AND phase = 'coming'", kind, name)[0];
  }

  /** Of one kind, newest first: what can come back of it. */
  listKind(kind: TrashRecord['kind']): readonly TrashRecord[] {
    return this.#isAnything ? this.#read("phase = 'here' AND kind = ? ORDER BY removed_at DESC, id", kind) : [];
  }

  /** Those that an image is kept for: they can't come back without it. A tag alone keeps nothing. */
  needing(imageId: string): readonly TrashRecord[] {
    return this.#isAnything ? this.#read("image_id = ? AND kind <> 'tag' ORDER BY removed_at DESC, id", imageId) : [];
  }

  needsImage(imageId: string): boolean {
    return (
      this.#database.prepare("SELECT 1 FROM trash WHERE image_id = ? AND kind <> 'tag' LIMIT 1").get(imageId) !==
      undefined
    );
  }

  /** Tags of an image that goes for good; part of the transaction in which it goes. @returns their entries. */
  dropTagsOf(imageId: string): readonly TrashRecord[] {
    if (!this.#isAnything) return [];
    const entries = this.#read("image_id = ? AND kind = 'tag'", imageId);
    for (const { id } of entries) this.delete(id);
    return entries;
  }

  #read(condition: string, ...values: readonly string[]): readonly TrashRecord[] {
    return this.#database
      .prepare(`${SELECT} ${condition}`)
      .all(...values)
      .map(readRow);
  }
}

function readRow(row: Record<string, unknown>): TrashRecord {
  const { removed_at: removedAt, owner, image_id: imageId, pieces, record, bytes, ...fields } = stored.parse(row);
  return trashRecord.parse({
    ...fields,
    removedAt,
    pieces: parsed(pieces),
    record: parsed(record),
    ...(owner === null ? {} : { owner }),
    ...(imageId === null ? {} : { imageId }),
    ...(bytes === null ? {} : { bytes }),
  });
}

function parsed(json: string): unknown {
  return JSON.parse(json);
}
