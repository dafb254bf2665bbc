import type { Digest } from '#engine/contract/digest.ts';
import type { ImageBytes } from '#engine/contract/store.ts';
import type { Database } from '#engine/metadata/database.ts';
import { ReadOnce } from '#engine/metadata/read-once.ts';

import type { StoredKind } from './store-ledger.ts';

/** A blob or a layer on the disk. */
export interface StoredObject {
  readonly kind: StoredKind;
  readonly digest: Digest;
  /** As du(1) counts. */
  readonly bytes: number;
  /** Images whose records name it, the removed that something still holds among them. */
  readonly holders: ReadonlySet<Digest>;
  /** Of a layer: the blob it was made from, which all of its holders keep. */
  readonly sourceBlob?: Digest | undefined;
  /** Unix milliseconds. */
  readonly verifiedAt: number | undefined;
}

/** What is on the disk and which image has it, as the tables say at one moment. */
export class StoreWeights {
  readonly objects: readonly StoredObject[];
  readonly #byImage: ReadonlyMap<Digest, readonly StoredObject[]>;
  readonly #unmeasured: ReadonlySet<Digest>;

  constructor(objects: readonly StoredObject[], unmeasured: ReadonlySet<Digest>) {
    this.objects = objects;
    const byImage = new Map<Digest, StoredObject[]>();
    for (const object of objects) {
      for (const id of object.holders) byImage.set(id, [...(byImage.get(id) ?? []), object]);
    }
    this.#byImage = byImage;
    this.#unmeasured = unmeasured;
  }

  objectsOf(id: Digest): readonly StoredObject[] {
    return this.#byImage.get(id) ?? [];
  }

  /** Whether a layer of it has come and was not looked at yet. */
  isMeasuring(id: Digest): boolean {
    return this.#unmeasured.has(id);
  }

  bytesOf(id: Digest): ImageBytes {
    let total = 0;
    let owned = 0;
    for (const { bytes, holders } of this.objectsOf(id)) {
      total += bytes;
      if (holders.size === 1) owned += bytes;
    }
    return { total, owned, shared: total - owned };
  }

  /** What some images leave when all of them go, and what they don't since others have it. */
  split(ids: ReadonlySet<Digest>): {
    readonly freed: readonly StoredObject[];
    readonly shared: readonly StoredObject[];
  } {
    const all = new Set([...ids].flatMap((id) => this.objectsOf(id)));
    const freed: StoredObject[] = [];
    const shared: StoredObject[] = [];
    for (const object of all) (object.holders.isSubsetOf(ids) ? freed : shared).push(object);
    return { freed, shared };
  }
}

export function sumBytes(objects: Iterable<StoredObject>): number {
  let sum = 0;
  for (const { bytes } of objects) sum += bytes;
  return sum;
}

const weights = new ReadOnce(readWeights);

/** As the tables say now. */
export function storeWeights(database: Database): StoreWeights {
  return weights.of(database);
}

interface StoredRow {
  readonly kind: StoredKind;
  readonly digest: Digest;
  readonly bytes: number;
  readonly source_blob: Digest | null;
  readonly verified_at: number | null;
}

function readWeights(database: Database): StoreWeights {
  const stored = database.prepare('SELECT kind, digest, bytes, source_blob, verified_at FROM stored_bytes').all();
  const holders = new Map<string, Set<Digest>>();
  const add = (kind: StoredKind, digest: string, id: Digest): void => {
    const key = `${kind} ${digest}`;
    const known = holders.get(key);
    if (known === undefined) holders.set(key, new Set([id]));
    else known.add(id);
  };
  for (const { id, digest } of imageDocuments(database)) add('blob', digest, id);
  for (const { id, diffId, blob } of imageLayers(database)) {
    add('layer', diffId, id);
    add('blob', blob, id);
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the columns of a STRICT table that the ledger writes
  const rows = stored as unknown as readonly StoredRow[];
  // A layer that several images have was made from the blob of one, which all of them keep.
  for (const { kind, digest, source_blob: blob } of rows) {
    if (kind !== 'layer' || blob === null) continue;
    for (const id of holders.get(`layer ${digest}`) ?? []) add('blob', blob, id);
  }
  const objects = rows.map(
    ({ kind, digest, bytes, source_blob: sourceBlob, verified_at: verifiedAt }): StoredObject => ({
      kind,
      digest,
      bytes,
      holders: holders.get(`${kind} ${digest}`) ?? new Set(),
      sourceBlob: sourceBlob ?? undefined,
      verifiedAt: verifiedAt ?? undefined,
    }),
  );
  return new StoreWeights(objects, unmeasuredImages(holders, rows));
}

function unmeasuredImages(
  holders: ReadonlyMap<string, ReadonlySet<Digest>>,
  rows: readonly StoredRow[],
): ReadonlySet<Digest> {
  const measured = new Set(rows.map(({ kind, digest }) => `${kind} ${digest}`));
  // A blob may be called for and not be here; a layer of an image always is.
  const missing = [...holders].filter(([key]) => key.startsWith('layer ') && !measured.has(key));
  return new Set(missing.flatMap(([, ids]) => [...ids]));
}

function imageDocuments(database: Database): readonly { readonly id: Digest; readonly digest: string }[] {
  const rows = database.prepare(
    'SELECT id, id AS digest FROM images UNION ALL SELECT id, manifest_digest FROM images WHERE manifest_digest IS NOT NULL',
  );
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- digests when they were written
  return rows.all() as unknown as { id: Digest; digest: string }[];
}

function imageLayers(
  database: Database,
): readonly { readonly id: Digest; readonly diffId: string; readonly blob: string }[] {
  const rows = database.prepare('SELECT image_id AS id, diff_id AS diffId, blob_digest AS blob FROM image_layers');
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- digests when they were written
  return rows.all() as unknown as { id: Digest; diffId: string; blob: string }[];
}
