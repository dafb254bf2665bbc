import type { Digest } from '#engine/contract/digest.ts';
import type { StorageSum } from '#engine/contract/store.ts';
import { defined } from '#engine/oci/json-fields.ts';

import type { ImageParts } from './image-parts.ts';
import { allImages } from './image-records.ts';
import { documentBlobs } from './kept-documents.ts';
import { storeWeights, sumBytes, type StoredObject } from './store-weights.ts';

type Part = 'ownedBytes' | 'sharedBytes' | 'containerBytes' | 'trashBytes' | 'documentBytes' | 'incomingBytes';

/** The whole store by who has what: the six parts add up to it. */
export function sumStorage(parts: Pick<ImageParts, 'database' | 'usage'>): StorageSum {
  const { objects } = storeWeights(parts.database);
  const images = allImages(parts.database);
  const listed = new Set(images.filter(({ isRemoved }) => !isRemoved).map(({ id }) => id));
  const used = new Set<Digest>(parts.usage.containers().map(({ imageId }) => imageId));
  const documents = documentBlobs(parts.database);
  const sums = { ownedBytes: 0, sharedBytes: 0, containerBytes: 0, trashBytes: 0, documentBytes: 0, incomingBytes: 0 };
  for (const object of objects) sums[partOf(object, { listed, used, documents })] += object.bytes;
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

/** Images that are listed, those that containers use, and blobs of documents. */
type Known = Readonly<Record<'listed' | 'used' | 'documents', ReadonlySet<Digest>>>;

function partOf({ digest, holders }: StoredObject, { listed, used, documents }: Known): Part {
  if (holders.size === 0) return documents.has(digest) ? 'documentBytes' : 'incomingBytes';
  if (isHeldBy(holders, listed)) return holders.size === 1 ? 'ownedBytes' : 'sharedBytes';
  return isHeldBy(holders, used) ? 'containerBytes' : 'trashBytes';
}

function isHeldBy(holders: ReadonlySet<Digest>, images: ReadonlySet<Digest>): boolean {
  return !holders.isDisjointFrom(images);
}

/** Undefined while there is one that never was. */
function oldest(times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length === times.length && known.length > 0 ? Math.min(...known) : undefined;
}
