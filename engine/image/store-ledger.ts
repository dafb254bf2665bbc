import type { Digest } from '#engine/contract/digest.ts';
import type { Database } from '#engine/metadata/database.ts';
import { relaxed } from '#engine/metadata/relaxed.ts';

import type { ImageParts } from './image-parts.ts';
import { isLayerStored, usableLayer } from './usable-layer.ts';

type LedgerParts = Pick<ImageParts, 'database' | 'blobs' | 'layers' | 'events'>;

export type StoredKind = 'blob' | 'layer';

/**
 * Keeps `stored_bytes`: what each blob and layer takes on the disk, measured once after it has come, beside everything
 * else. Whoever asks for bytes reads the table and looks at no directory.
 */
export class StoreLedger implements AsyncDisposable {
  readonly #parts: LedgerParts;
  readonly #closing = new AbortController();
  #work: Promise<void> = Promise.resolve();

  constructor(parts: LedgerParts) {
    this.#parts = parts;
  }

  /** Some digests have come or gone, as blobs, as layers or as both. */
  note(digests: Iterable<Digest>): void {
    const changed = [...new Set(digests)];
    if (changed.length > 0) this.#then(() => this.#look(changed));
  }

  /** Brings all of it up to date: an engine may have been killed before it had measured. */
  reconcile(): void {
    this.#then(async () => {
      const { database, blobs, layers } = this.#parts;
      const known = new Set(database.prepare('SELECT digest FROM stored_bytes').all().map(digestOf));
      for await (const { digest } of blobs.list()) known.add(digest);
      for (const diffId of await layers.list()) known.add(diffId);
      await this.#look([...known], { again: true });
    });
  }

  /** Once everything noted so far is in the table. */
  settled(): Promise<void> {
    return this.#work;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    await this.#work;
  }

  #then(work: () => Promise<void>): void {
    // What could not be measured is measured by the next engine; nothing depends on it but a number.
    this.#work = this.#work.then(work).catch(() => undefined);
  }

  async #look(digests: readonly Digest[], { again = false } = {}): Promise<void> {
    for (const digest of digests) {
      if (this.#closing.signal.aborted) return;
      await this.#lookForBlob(digest);
      await this.#lookForLayer(digest, again);
    }
    // Windows show bytes: they hear once, not of every digest.
    this.#parts.events.publish({ type: 'store', action: 'measure', id: '', attributes: {} });
  }

  async #lookForBlob(digest: Digest): Promise<void> {
    const { database, blobs } = this.#parts;
    const info = await blobs.stat(digest);
    if (info === undefined) forgetStored(database, 'blob', digest);
    else record(database, { kind: 'blob', digest, bytes: info.storedBytes });
  }

  /** @param again also of a few files that are known: a layer kept as a tar may have been unpacked beside it since. */
  async #lookForLayer(digest: Digest, again: boolean): Promise<void> {
    const { database, layers } = this.#parts;
    if (!(await isLayerStored(layers, digest))) {
      forgetStored(database, 'layer', digest);
      return;
    }
    const isFewFiles = again && (await usableLayer(layers, digest))?.form === 'tar';
    if (isRecorded(database, digest) && !isFewFiles) return;
    const bytes = await layers.storedBytes(digest, this.#closing.signal);
    const sourceBlob = (await usableLayer(layers, digest))?.blobDigest;
    // Nothing is awaited between this look and the row: a layer that goes takes its row along.
    if (await isLayerStored(layers, digest)) record(database, { kind: 'layer', digest, bytes, sourceBlob });
  }
}

interface Stored {
  readonly kind: StoredKind;
  readonly digest: Digest;
  readonly bytes: number;
  readonly sourceBlob?: Digest | undefined;
}

function record(database: Database, { kind, digest, bytes, sourceBlob }: Stored): void {
  const upsert = database.prepare(
    `INSERT INTO stored_bytes (kind, digest, bytes, source_blob) VALUES (?1, ?2, ?3, ?4)
       ON CONFLICT (kind, digest) DO UPDATE SET bytes = ?3, source_blob = ?4 WHERE bytes <> ?3 OR source_blob IS NOT ?4`,
  );
  relaxed(database, () => void upsert.run(kind, digest, bytes, sourceBlob ?? null));
}

function isRecorded(database: Database, diffId: Digest): boolean {
  return database.prepare("SELECT 1 FROM stored_bytes WHERE kind = 'layer' AND digest = ?").get(diffId) !== undefined;
}

/** It is gone from the disk. */
export function forgetStored(database: Database, kind: StoredKind, digest: Digest): void {
  const remove = database.prepare('DELETE FROM stored_bytes WHERE kind = ? AND digest = ?');
  relaxed(database, () => void remove.run(kind, digest));
}

function digestOf(row: Record<string, unknown>): Digest {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what this file has written
  return String(row['digest']) as Digest;
}

const ledgers = new WeakMap<Database, StoreLedger>();

/** The ledger of one data root, whoever asks. */
export function storeLedger(parts: LedgerParts): StoreLedger {
  const known = ledgers.get(parts.database);
  if (known !== undefined) return known;
  const ledger = new StoreLedger(parts);
  ledgers.set(parts.database, ledger);
  return ledger;
}
