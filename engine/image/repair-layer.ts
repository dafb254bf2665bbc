import type { Digest } from '#engine/contract/digest.ts';
import { EngineError } from '#engine/contract/errors.ts';
import type { Descriptor } from '#engine/oci/descriptor.ts';

import type { ImageParts } from './image-parts.ts';
import { layersOf } from './image-records.ts';
import { repairBlob } from './repair-blob.ts';
import { usableLayer } from './usable-layer.ts';

interface DamagedLayer {
  readonly digest: Digest;
  readonly holders: ReadonlySet<Digest>;
}

/** Running containers over images that have it, by name: its files must not go under them. */
export function usersOf({ usage }: ImageParts, holders: ReadonlySet<Digest>): readonly string[] {
  return usage
    .containers()
    .filter(({ running, imageId }) => running && holders.has(imageId))
    .map(({ name }) => name);
}

/**
 * Makes a layer anew from a blob of it that is here, or comes again from a registry.
 *
 * @returns what it was made from, for a sentence.
 * @throws EngineError `not-found` when there is no such blob to be had; the damaged layer is still there then.
 */
export async function repairLayer(parts: ImageParts, layer: DamagedLayer, signal: AbortSignal): Promise<string> {
  const { layers } = parts;
  const { blob, from } = await findBlob(parts, layer, signal);
  await layers.remove(layer.digest);
  await layers.apply(layer.digest, blob, undefined, signal);
  return from;
}

async function findBlob(
  parts: ImageParts,
  { digest, holders }: DamagedLayer,
  signal: AbortSignal,
): Promise<{ readonly blob: Descriptor; readonly from: string }> {
  const candidates = await blobsOf(parts, { digest, holders });
  for (const blob of candidates) {
    if ((await parts.blobs.stat(blob.digest))?.size === blob.size) return { blob, from: 'its blob' };
  }
  const [first] = candidates;
  if (first === undefined) throw new EngineError('not-found', 'nobody knows a blob of it');
  const from = await repairBlob(parts, { digest: first.digest, holders }, signal);
  return { blob: first, from };
}

/** The one it was made from, then those that manifests name. */
async function blobsOf(parts: ImageParts, { digest, holders }: DamagedLayer): Promise<readonly Descriptor[]> {
  const record = await usableLayer(parts.layers, digest);
  const own =
    record === undefined
      ? []
      : [{ mediaType: record.mediaType, digest: record.blobDigest, size: record.compressedSize }];
  const rows = [...holders].flatMap((id) => layersOf(parts.database, id).filter(({ diffId }) => diffId === digest));
  const named = rows.map(({ mediaType, blobDigest, blobSize }) => ({ mediaType, digest: blobDigest, size: blobSize }));
  return [...own, ...named];
}
