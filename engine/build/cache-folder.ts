import { createWriteStream } from 'node:fs';
import { mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

import { replaceFile } from '#engine/async/replace-file.ts';
import { readOptional } from '#engine/async/read-optional.ts';
import { digestHex, type Digest } from '#engine/contract/digest.ts';
import { EngineError } from '#engine/contract/errors.ts';
import type { ManifestDocument } from '#engine/image/choose-manifest.ts';
import type { ImageParts } from '#engine/image/image-parts.ts';
import { parseImageIndex } from '#engine/oci/image-index.ts';
import { parseManifest } from '#engine/oci/manifest.ts';
import { OCI_INDEX } from '#engine/oci/media-types.ts';

import type { BuildLayer } from './store-step.ts';

/** Says of a layout that it is a cache, and may be replaced by one. */
const MARK = 'estrato.buildcache';

interface CacheContent {
  /** The config and the manifest. */
  readonly documents: readonly [config: ManifestDocument, manifest: ManifestDocument];
  readonly layers: readonly BuildLayer[];
  readonly images: ImageParts;
  readonly signal: AbortSignal;
}

/**
 * Writes a cache as an OCI image layout: what is in its index is whole at any time, and what the cache before it had and this
 * one has not is removed. @throws EngineError `conflict` for a folder that is something else.
 */
export async function writeCacheFolder(folder: string, content: CacheContent): Promise<void> {
  const before = await blobsNow(folder);
  const blobs = join(folder, 'blobs/sha256');
  await mkdir(blobs, { recursive: true });
  const { documents, layers, images, signal } = content;
  for (const { blob } of layers) {
    const place = join(blobs, digestHex(blob.digest));
    if ((await sizeOf(place)) === blob.size) continue;
    await pipeline(images.blobs.open(blob.digest), createWriteStream(`${place}.new`), { signal });
    await rename(`${place}.new`, place);
  }
  for (const { descriptor, bytes } of documents) await replaceFile(join(blobs, digestHex(descriptor.digest)), bytes);
  const [config, manifest] = documents;
  await replaceFile(join(folder, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
  const index = {
    schemaVersion: 2,
    mediaType: OCI_INDEX,
    manifests: [{ ...manifest.descriptor, annotations: { [MARK]: 'v1' } }],
  };
  await replaceFile(join(folder, 'index.json'), JSON.stringify(index));
  const now = new Set([config.descriptor.digest, manifest.descriptor.digest, ...layers.map(({ blob }) => blob.digest)]);
  const gone = before.filter((digest) => !now.has(digest));
  await Promise.all(gone.map((digest) => rm(join(blobs, digestHex(digest)), { force: true })));
}

/** Of the cache that is there. */
async function blobsNow(folder: string): Promise<readonly Digest[]> {
  const index = await readOptional(join(folder, 'index.json'));
  if (index === undefined) return [];
  const [first] = parseImageIndex(Buffer.from(index), folder).manifests;
  if (first?.annotations?.[MARK] === undefined)
    throw new EngineError('conflict', `${folder} holds something else than a cache; name another folder.`);
  const bytes = await readFile(join(folder, 'blobs/sha256', digestHex(first.digest))).catch(() => undefined);
  if (bytes === undefined) return [];
  const { config, layers } = parseManifest(bytes, first.mediaType, folder);
  return [first.digest, config.digest, ...layers.map(({ digest }) => digest)];
}

async function sizeOf(path: string): Promise<number | undefined> {
  return (await stat(path).catch(() => undefined))?.size;
}
