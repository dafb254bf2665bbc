import type { LayerCompression } from '#engine/archive/compress.ts';
import type { Digest } from '#engine/contract/digest.ts';
import { EngineError } from '#engine/contract/errors.ts';
import { familiarName, type Reference } from '#engine/contract/reference.ts';
import type { Descriptor } from '#engine/oci/descriptor.ts';
import { DOCKER_LAYER, OCI_CONFIG, OCI_LAYER, OCI_LAYER_GZIP, OCI_LAYER_ZSTD } from '#engine/oci/media-types.ts';
import { documentType, parseManifest } from '#engine/oci/manifest.ts';
import type { Document } from '#engine/registry/registry-client.ts';

import type { ImageParts } from './image-parts.ts';
import { findImage, imageTagged, layersOf, tagName, type LayerRow } from './image-records.ts';
import { findPresent } from './resolve-image.ts';

/** A layer that is to be in the repository when the manifest comes. */
export interface OutgoingLayer {
  readonly diffId: Digest;
  /** As it is kept here. */
  readonly blob: Descriptor;
  /** What it is sent as, where that is another thing than how it is kept. */
  readonly compression?: LayerCompression;
}

/** What is to be sent of one image. */
export interface PushPlan {
  readonly id: Digest;
  readonly config: Descriptor;
  /** Base first. */
  readonly layers: readonly OutgoingLayer[];
  /** The manifest that the image came with; without it one is made of what was sent. */
  readonly manifest?: Document;
}

export interface PushTarget {
  readonly compression: LayerCompression;
  /** Whether the repository has a blob that isn't here, or takes it over. */
  readonly isThere: (digest: Digest) => Promise<boolean>;
}

const plainTypes = new Set([OCI_LAYER, DOCKER_LAYER]);

/** Whether a layer of that type is kept as the tar that it is. */
export function isPlainLayer(mediaType: string): boolean {
  return plainTypes.has(mediaType);
}

export const compressedTypes: Readonly<Record<LayerCompression, string>> = {
  gzip: OCI_LAYER_GZIP,
  zstd: OCI_LAYER_ZSTD,
};

/** What is to go under a name: the image that was asked for, or the one that has it here. @throws EngineError `not-found`. */
export function pushedImage(parts: ImageParts, reference: Reference, image: string | undefined): Digest {
  return image === undefined ? taggedImage(parts, reference) : findPresent(parts.database, image).id;
}

/** The image of a tag. @throws EngineError `not-found` in Docker's words. */
export function taggedImage(parts: ImageParts, reference: Reference): Digest {
  const name = tagName(reference);
  const id = name === undefined || reference.digest !== undefined ? undefined : imageTagged(parts.database, name);
  if (id !== undefined) return id;
  throw new EngineError(
    'not-found',
    `An image does not exist locally with the tag: ${familiarName(reference)}; give an image that name first.`,
  );
}

/**
 * An image that came from a registry goes as it came, byte for byte, as long as all of it is here or there; of any other
 * the layers are compressed on their way.
 */
export async function planPush(parts: ImageParts, id: Digest, { compression, isThere }: PushTarget): Promise<PushPlan> {
  const rows = layersOf(parts.database, id);
  const original = await asItCame(parts, id, { rows, isThere });
  if (original !== undefined) return original;
  const info = await parts.blobs.stat(id);
  if (info === undefined) {
    throw new EngineError('corrupt', `The config of image ${id} is gone; pull, load or build it again.`);
  }
  return {
    id,
    config: { mediaType: OCI_CONFIG, digest: id, size: info.size },
    layers: rows.map((row) => outgoing(row, compression)),
  };
}

async function asItCame(
  { database, blobs }: ImageParts,
  id: Digest,
  { rows, isThere }: Pick<PushTarget, 'isThere'> & { readonly rows: readonly LayerRow[] },
): Promise<PushPlan | undefined> {
  const digest = findImage(database, id)?.manifestDigest;
  if (digest === undefined || (await blobs.stat(digest)) === undefined) return undefined;
  const what = `The manifest of image ${id}`;
  const bytes = await blobs.read(digest);
  const mediaType = documentType(bytes, undefined, what);
  const manifest = parseManifest(bytes, mediaType, what);
  const isAtHand = await Promise.all(
    // Where the layer was here before the image, the blob that the manifest names was never fetched.
    manifest.layers.map(async ({ digest: blob }) => (await blobs.stat(blob)) !== undefined || isThere(blob)),
  );
  if (isAtHand.includes(false)) return undefined;
  return {
    id,
    config: manifest.config,
    layers: manifest.layers.map((blob, at) => ({ diffId: rows[at]?.diffId ?? blob.digest, blob })),
    manifest: { descriptor: { mediaType, digest, size: bytes.length }, bytes },
  };
}

function outgoing(row: LayerRow, compression: LayerCompression): OutgoingLayer {
  const blob = { mediaType: row.mediaType, digest: row.blobDigest, size: row.blobSize };
  return { diffId: row.diffId, blob, ...(isPlainLayer(row.mediaType) ? { compression } : {}) };
}
