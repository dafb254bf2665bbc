import type { Digest } from '#engine/contract/digest.ts';
import { EngineError } from '#engine/contract/errors.ts';
import type { Descriptor } from '#engine/oci/descriptor.ts';
import { documentType, parseManifest, type Manifest } from '#engine/oci/manifest.ts';
import {
  DOCKER_CONFIG,
  DOCKER_MANIFEST,
  dockerLayerType,
  OCI_CONFIG,
  OCI_LAYER,
  OCI_MANIFEST,
  ociLayerType,
} from '#engine/oci/media-types.ts';

import type { ManifestDocument } from './choose-manifest.ts';
import type { ImageParts } from './image-parts.ts';
import { findImage, layersOf, type LayerRow } from './image-records.ts';
import { makeManifest } from './make-manifest.ts';
import { usableLayer } from './usable-layer.ts';

/** A layer with all its bytes at hand. */
export interface WholeLayer {
  readonly diffId: Digest;
  readonly blob: Descriptor;
  /** Verified at the end. */
  readonly open: () => AsyncIterable<Uint8Array>;
}

/** An image as it can leave this store: a manifest, and everything that it names. */
export interface WholeImage {
  readonly id: Digest;
  readonly manifest: ManifestDocument;
  readonly config: Descriptor;
  /** Base first. */
  readonly layers: readonly WholeLayer[];
}

/** Whose media types a manifest has. */
export type Dialect = 'oci' | 'docker';

/**
 * An image that came with a manifest leaves with the same, byte for byte, as long as every blob of it is here. Any other
 * has one made for it, always the same for the same blobs; a layer whose blob isn't here goes as its uncompressed tar.
 *
 * @throws EngineError `corrupt` when a part of the image is gone.
 */
export async function wholeImage(parts: ImageParts, id: Digest): Promise<WholeImage> {
  return (await asItCame(parts, id)) ?? (await made(parts, id));
}

/** The same image with the other's media types; config and layers are the same bytes. */
export function inDialect(image: WholeImage, dialect: Dialect): WholeImage {
  const isDocker = image.manifest.descriptor.mediaType === DOCKER_MANIFEST;
  if (isDocker === (dialect === 'docker')) return image;
  const typeOf = dialect === 'docker' ? dockerLayerType : ociLayerType;
  const config = { ...image.config, mediaType: dialect === 'docker' ? DOCKER_CONFIG : OCI_CONFIG };
  const layers = image.layers.map((layer) => ({
    ...layer,
    blob: { ...layer.blob, mediaType: typeOf(layer.blob.mediaType) },
  }));
  const mediaType = dialect === 'docker' ? DOCKER_MANIFEST : OCI_MANIFEST;
  return { ...image, config, layers, manifest: makeManifest(mediaType, config, blobsOf(layers)) };
}

async function asItCame({ database, blobs }: ImageParts, id: Digest): Promise<WholeImage | undefined> {
  const digest = findImage(database, id)?.manifestDigest;
  if (digest === undefined || (await blobs.stat(digest)) === undefined) return undefined;
  const bytes = await blobs.read(digest);
  const what = `The manifest of image ${id}`;
  const mediaType = documentType(bytes, undefined, what);
  const manifest = parseManifest(bytes, mediaType, what);
  const rows = layersOf(database, id);
  const isWhole = await Promise.all([manifest.config, ...manifest.layers].map((blob) => blobs.stat(blob.digest)));
  if (isWhole.includes(undefined) || rows.length !== manifest.layers.length) return undefined;
  return {
    id,
    manifest: { descriptor: { mediaType, digest, size: bytes.length }, bytes },
    config: manifest.config,
    layers: pair(rows, manifest).map(({ diffId, blob }) => ({ diffId, blob, open: () => blobs.open(blob.digest) })),
  };
}

function pair(rows: readonly LayerRow[], manifest: Manifest): readonly { diffId: Digest; blob: Descriptor }[] {
  return manifest.layers.map((blob, at) => ({ diffId: rows[at]?.diffId ?? blob.digest, blob }));
}

async function made(parts: ImageParts, id: Digest): Promise<WholeImage> {
  const info = await parts.blobs.stat(id);
  if (info === undefined) throw gone(`The config of image ${id}`);
  const rows = layersOf(parts.database, id);
  const config = { mediaType: OCI_CONFIG, digest: id, size: info.size };
  const layers = await Promise.all(rows.map((row) => wholeLayer(parts, row)));
  return { id, config, layers, manifest: makeManifest(OCI_MANIFEST, config, blobsOf(layers)) };
}

/** As this image's own blob, as another image's of the same layer, or uncompressed: whichever is here. */
async function wholeLayer(parts: ImageParts, row: LayerRow): Promise<WholeLayer> {
  const { diffId } = row;
  const record = await usableLayer(parts.layers, diffId);
  const own = { mediaType: row.mediaType, digest: row.blobDigest };
  const known = record === undefined ? [own] : [own, { mediaType: record.mediaType, digest: record.blobDigest }];
  for (const { mediaType, digest } of known) {
    const info = await parts.blobs.stat(digest);
    if (info === undefined) continue;
    const blob = { mediaType: ociLayerType(mediaType), digest, size: info.size };
    return { diffId, blob, open: () => parts.blobs.open(digest) };
  }
  if (record === undefined) throw gone(`The layer ${diffId}`);
  const size = record.tarSize ?? (await lengthOf(parts.layers.openTar(diffId)));
  return {
    diffId,
    blob: { mediaType: OCI_LAYER, digest: diffId, size },
    open: () => parts.layers.openTar(diffId),
  };
}

function blobsOf(layers: readonly WholeLayer[]): readonly Descriptor[] {
  return layers.map(({ blob }) => blob);
}

async function lengthOf(source: AsyncIterable<Uint8Array>): Promise<number> {
  let length = 0;
  for await (const chunk of source) length += chunk.byteLength;
  return length;
}

function gone(what: string): EngineError {
  return new EngineError('corrupt', `${what} is gone from this store; pull or load the image again.`);
}
