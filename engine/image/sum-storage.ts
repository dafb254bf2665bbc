import { isDigest, type Digest } from '#engine/contract/digest.ts';
import { storageParts, type StorageSum } from '#engine/contract/store.ts';
import type { Database } from '#engine/metadata/database.ts';
import { defined } from '#engine/oci/json-fields.ts';

import type { ImageParts } from './image-parts.ts';
import { allImages } from './image-records.ts';
import { documentBlobs } from './kept-documents.ts';
import { storeWeights, sumBytes, type StoredObject } from './store-weights.ts';

type Part = (typeof storageParts)[number];

/** The whole store by who has what: the parts add up to it. */
export function sumStorage({ database, usage }: Pick<ImageParts, 'database' | 'usage'>): StorageSum {
  const { objects } = storeWeights(database);
  const images = allImages(database);
  const listed = new Set(images.filter(({ isRemoved }) => !isRemoved).map(({ id }) => id));
  const used = new Set<Digest>(usage.containers().map(({ imageId }) => imageId));
  const known = { listed, used, documents: documentBlobs(database), built: builtDigests(database) };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- its keys are the parts
  const sums = Object.fromEntries(storageParts.map((part) => [part, 0])) as Record<Part, number>;
  for (const object of objects) sums[partOf(object, known)] += object.bytes;
  const blobs = objects.filter(({ kind }) => kind === 'blob');
  const layers = objects.filter(({ kind }) => kind === 'layer');
  const unused = objects.filter(({ holders }) => isHeldBy(holders, listed) && !isHeldBy(holders, used));
  const verified = objects.map(({ verifiedAt }) => verifiedAt);
  return {
    totalBytes: sumBytes(objects),
    blobBytes: sumBytes(blobs),
    layerBytes: sumBytes(layers),
    ...sums,
    unusedBytes: sumBytes(unused),
    images: listed.size,
    blobs: blobs.length,
    layers: layers.length,
    ...defined({ verifiedAt: oldest(verified) }),
  };
}

/** Images that are listed, those that containers use, blobs of documents, and what steps of builds have made. */
type Known = Readonly<Record<'listed' | 'used' | 'documents' | 'built', ReadonlySet<Digest>>>;

function partOf({ digest, holders }: StoredObject, { listed, used, documents, built }: Known): Part {
  if (holders.size === 0 && documents.has(digest)) return 'documentBytes';
  if (holders.size === 0) return built.has(digest) ? 'buildBytes' : 'incomingBytes';
  if (isHeldBy(holders, listed)) return holders.size === 1 ? 'ownedBytes' : 'sharedBytes';
  return isHeldBy(holders, used) ? 'containerBytes' : 'trashBytes';
}

function isHeldBy(holders: ReadonlySet<Digest>, images: ReadonlySet<Digest>): boolean {
  return !holders.isDisjointFrom(images);
}

/** Of layers and blobs alike. */
function builtDigests(database: Database): ReadonlySet<Digest> {
  const rows = database
    .prepare('SELECT diff_id AS digest FROM build_steps UNION SELECT blob_digest FROM build_steps')
    .all();
  return new Set(rows.map(({ digest }) => String(digest)).filter(isDigest));
}

/** Undefined while there is one that never was. */
function oldest(times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length === times.length && known.length > 0 ? Math.min(...known) : undefined;
}
