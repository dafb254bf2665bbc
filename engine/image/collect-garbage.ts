import { parseDigest, type Digest } from '#engine/contract/digest.ts';
import { transaction, type Database } from '#engine/metadata/database.ts';

import { forgetRemoved } from './forget-removed.ts';
import type { ImageParts } from './image-parts.ts';
import { leasesOf } from './leases.ts';
import { forgetStored } from './store-ledger.ts';
import { isLayerStored, usableLayer } from './usable-layer.ts';

export interface Collected {
  readonly blobs: number;
  readonly layers: number;
  /** On the disk, as du(1) counts. */
  readonly freedBytes: number;
}

/**
 * Removes whatever nothing refers to: what a killed engine left at the start, what an image leaves that goes.
 *
 * Kept are the blobs and layers of every image, those of images that only containers hold, and what running pulls
 * and loads hold, and the layers that builds would use again. Nothing else is, and nothing of these is ever taken.
 */
export async function collectGarbage(parts: ImageParts): Promise<Collected> {
  forgetUnusedImages(parts);
  const layers = await collectLayers(parts, await parts.layers.list());
  const digests: Digest[] = [];
  for await (const { digest } of parts.blobs.list()) digests.push(digest);
  const blobs = await collectBlobs(parts, digests);
  return { blobs: blobs.count, layers: layers.count, freedBytes: blobs.freedBytes + layers.freedBytes };
}

/** The same for some digests only: blobs and layers that a lease held, or that an image had. */
export async function collectAmong(parts: ImageParts, digests: Iterable<Digest>): Promise<Collected> {
  const candidates = [...new Set(digests)];
  // What an image has is not looked at on the disk: a push has held nothing else.
  const isWanted = layerCheck(parts.database);
  const left = candidates.filter((diffId) => !isWanted(diffId));
  const known = await Promise.all(left.map((diffId) => usableLayer(parts.layers, diffId)));
  const records = known.filter((record) => record !== undefined);
  const stored = await Promise.all(left.map((diffId) => isLayerStored(parts.layers, diffId)));
  const layers = await collectLayers(
    parts,
    left.filter((_, index) => stored[index]),
  );
  // The blob a layer was unpacked from may be another than the image that goes says.
  const blobs = await collectBlobs(parts, [...candidates, ...records.map(({ blobDigest }) => blobDigest)]);
  return { blobs: blobs.count, layers: layers.count, freedBytes: blobs.freedBytes + layers.freedBytes };
}

/** Images that were removed while containers had them, and whose last container has gone for good since. */
function forgetUnusedImages(parts: ImageParts): void {
  const { database, usage } = parts;
  transaction(database, () => {
    const inUse = new Set<string>(usage.containers().map(({ imageId }) => imageId));
    const removed = database.prepare('SELECT id FROM images WHERE removed_at IS NOT NULL').all();
    for (const { id } of removed) {
      if (typeof id === 'string' && !inUse.has(id) && !usage.isKept(parseDigest(id)))
        forgetRemoved(parts, parseDigest(id));
    }
  });
}

async function collectLayers(parts: ImageParts, diffIds: readonly Digest[]): Promise<Tally> {
  const tally = { count: 0, freedBytes: 0 };
  const isWanted = layerCheck(parts.database);
  for (const diffId of diffIds) {
    let bytes = 0;
    const isGone = await leasesOf(parts).removeUnheld(
      diffId,
      () => isWanted(diffId),
      async () => {
        // Measured now, and not looked up: what was promised is compared with it.
        bytes = await parts.layers.storedBytes(diffId);
        await parts.layers.remove(diffId);
        forgetStored(parts.database, 'layer', diffId);
      },
    );
    if (isGone) tally.count += 1;
    tally.freedBytes += bytes;
  }
  return tally;
}

async function collectBlobs(parts: ImageParts, digests: readonly Digest[]): Promise<Tally> {
  const tally = { count: 0, freedBytes: 0 };
  const isNamed = referenceCheck(
    parts.database,
    `SELECT 1 FROM images WHERE id = ?1 OR manifest_digest = ?1
     UNION ALL SELECT 1 FROM image_layers WHERE blob_digest = ?1
     UNION ALL SELECT 1 FROM documents WHERE digest = ?1
     UNION ALL SELECT 1 FROM document_parts WHERE digest = ?1
     UNION ALL SELECT 1 FROM build_steps WHERE blob_digest = ?1 LIMIT 1`,
  );
  const unnamed = [...new Set(digests)].filter((digest) => !isNamed(digest));
  const found = (await Promise.all(unnamed.map((digest) => parts.blobs.stat(digest)))).filter(
    (info) => info !== undefined,
  );
  if (found.length === 0) return tally;
  const sources = await blobsOfLayers(parts);
  for (const { digest, storedBytes } of found) {
    const isGone = await leasesOf(parts).removeUnheld(
      digest,
      () => isNamed(digest) || sources.has(digest),
      async () => {
        await parts.blobs.remove(digest);
        forgetStored(parts.database, 'blob', digest);
      },
    );
    if (isGone) tally.count += 1;
    if (isGone) tally.freedBytes += storedBytes;
  }
  return tally;
}

interface Tally {
  count: number;
  freedBytes: number;
}

/** A layer that two images share was unpacked from the blob of one, which has to outlive that image. */
async function blobsOfLayers({ layers }: ImageParts): Promise<ReadonlySet<Digest>> {
  const records = await Promise.all((await layers.list()).map((diffId) => usableLayer(layers, diffId)));
  return new Set(records.flatMap((record) => (record === undefined ? [] : [record.blobDigest])));
}

/** Whether an image has a layer, or a build would use it again. */
function layerCheck(database: Database): (diffId: Digest) => boolean {
  return referenceCheck(
    database,
    `SELECT 1 FROM image_layers WHERE diff_id = ?1
     UNION ALL SELECT 1 FROM build_steps WHERE diff_id = ?1 LIMIT 1`,
  );
}

function referenceCheck(database: Database, sql: string): (digest: Digest) => boolean {
  const statement = database.prepare(sql);
  return (digest) => statement.get(digest) !== undefined;
}
