import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { digestHex, type Digest } from '#engine/contract/digest.ts';
import { EngineError } from '#engine/contract/errors.ts';
import { familiarName } from '#engine/contract/reference.ts';
import { chooseManifest, hostPlatform } from '#engine/image/choose-manifest.ts';
import type { ImageParts } from '#engine/image/image-parts.ts';
import { layersOf } from '#engine/image/image-records.ts';
import { findPresent } from '#engine/image/resolve-image.ts';
import type { Descriptor } from '#engine/oci/descriptor.ts';
import { parseImageIndex } from '#engine/oci/image-index.ts';
import { documentType, parseManifest } from '#engine/oci/manifest.ts';
import { defined } from '#engine/oci/json-fields.ts';

import type { BuildRequest } from './build-request.ts';
import { MOST_CONFIG_BYTES, readCacheConfig, type CacheDocument } from './cache-document.ts';
import type { CacheSource } from './cache-place.ts';

/** A cache as it was found: what is in it, and how its layers are had. */
export interface FoundCache extends CacheDocument {
  /** For sentences. */
  readonly name: string;
  /** As they are kept there, beside `diffIds`. */
  readonly layers: readonly Descriptor[];
  open(layer: Descriptor, signal: AbortSignal): AsyncIterable<Uint8Array>;
}

interface Asking extends Pick<BuildRequest, 'credentials'> {
  readonly images: ImageParts;
  readonly signal: AbortSignal;
}

/** @throws EngineError `not-found` where there is none, and as registries and damaged documents do. */
export function readCache(asking: Asking, source: CacheSource): Promise<FoundCache> {
  switch (source.kind) {
    case 'image':
      return fromImage(asking, source.reference);
    case 'registry':
      return fromRegistry(asking, source);
    case 'local':
      return fromFolder(source.folder);
  }
}

async function fromImage({ images }: Asking, name: string): Promise<FoundCache> {
  const { id } = findPresent(images.database, name);
  const rows = layersOf(images.database, id);
  return {
    ...readCacheConfig(await images.blobs.read(id), name),
    name,
    layers: rows.map(({ blobDigest, blobSize, mediaType }) => ({ digest: blobDigest, size: blobSize, mediaType })),
    open: ({ digest }) => images.blobs.open(digest),
  };
}

async function fromRegistry(
  { images, credentials, signal }: Asking,
  { reference }: Extract<CacheSource, { readonly kind: 'registry' }>,
): Promise<FoundCache> {
  const name = familiarName(reference);
  const own = await credentials?.(reference.registry);
  const repository = images.registry.repository(reference, defined({ credentials: own }));
  const document = await repository.document(reference.digest ?? reference.tag ?? 'latest', signal);
  const wanted = { platform: hostPlatform, what: name };
  const { manifest } = await chooseManifest(document, wanted, ({ digest }) => repository.document(digest, signal));
  const config = await bytesOf(repository.blob(manifest.config, signal), name);
  return {
    ...readCacheConfig(config, name),
    name,
    layers: manifest.layers,
    open: (layer, left) => repository.blob(layer, left),
  };
}

/** An OCI image layout (image-layout.md) with one manifest. */
async function fromFolder(folder: string): Promise<FoundCache> {
  const place = (digest: Digest): string => join(folder, 'blobs/sha256', digestHex(digest));
  const read = async (path: string): Promise<Buffer> => {
    const about = await stat(path).catch((cause: unknown) => {
      throw new EngineError('not-found', `There is no cache in ${folder}.`, { cause });
    });
    if (about.size > MOST_CONFIG_BYTES) throw new EngineError('too-large', `${path} is no document of a cache.`);
    return readFile(path);
  };
  const [first] = parseImageIndex(await read(join(folder, 'index.json')), folder).manifests;
  if (first === undefined) throw new EngineError('not-found', `There is no cache in ${folder}.`);
  const bytes = await read(place(first.digest));
  const { config, layers } = parseManifest(bytes, documentType(bytes, first.mediaType, folder), folder);
  return {
    ...readCacheConfig(await read(place(config.digest)), folder),
    name: folder,
    layers,
    open: ({ digest }) => createReadStream(place(digest)),
  };
}

async function bytesOf(source: AsyncIterable<Uint8Array>, name: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of source) {
    size += chunk.length;
    if (size > MOST_CONFIG_BYTES) throw new EngineError('too-large', `${name} has a config that is too large for one.`);
    chunks.push(Buffer.from(chunk));
  }
  return Buffer.concat(chunks);
}
