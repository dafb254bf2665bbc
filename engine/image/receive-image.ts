import type { Digest } from '#engine/contract/digest.ts';
import { EngineError } from '#engine/contract/errors.ts';
import type { Reference } from '#engine/contract/reference.ts';
import { parseImageConfig } from '#engine/oci/image-config.ts';
import { parseManifest } from '#engine/oci/manifest.ts';

import type { ManifestDocument } from './choose-manifest.ts';
import { publishImageEvent } from './image-events.ts';
import type { ImageParts } from './image-parts.ts';
import { leasesOf } from './leases.ts';
import { ProgressBoard } from './progress-board.ts';
import { once } from './once.ts';
import { pairLayers } from './pull-image.ts';
import { letGo } from './release-lease.ts';
import { recordImages } from './record-image.ts';
import { ingest, storeLayers } from './store-layers.ts';
import { usableLayer } from './usable-layer.ts';

export interface ReceivedImage {
  readonly manifest: ManifestDocument;
  /** What it is called from now on; nothing leaves it without a name. */
  readonly reference?: Reference | undefined;
  /** In familiar form, for sentences. */
  readonly name: string;
}

/**
 * Makes an image of a manifest that somebody has sent, after the blobs that it names: all of it, named, or nothing.
 *
 * @returns its id.
 * @throws EngineError `not-found` when a blob isn't here, `corrupt`, `unsupported` for what is no image.
 */
export async function receiveImage(
  parts: ImageParts,
  { manifest: document, reference, name }: ReceivedImage,
  signal: AbortSignal,
): Promise<Digest> {
  const { descriptor, bytes } = document;
  const manifest = parseManifest(bytes, descriptor.mediaType, `The manifest of ${name}`);
  const lease = leasesOf(parts).open();
  try {
    const blobs = [manifest.config, ...manifest.layers];
    await lease.hold(descriptor.digest, ...blobs.map(({ digest }) => digest));
    for (const { digest } of blobs) await checkPresent(parts, digest);
    const { digest: id } = manifest.config;
    const config = parseImageConfig(await parts.blobs.read(id), `The config of ${name}`);
    const layers = pairLayers(config.diffIds, manifest.layers, name).map(({ diffId, blob }) => ({
      diffId,
      blob,
      open: () => parts.blobs.open(blob.digest),
    }));
    const from = { sender: 'The client', subject: name };
    await ingest(parts, { blob: descriptor, ...from }, once(bytes), signal);
    const board = new ProgressBoard(name, 'Storing what was pushed');
    const stored = await storeLayers(parts, { layers, ...from }, { board, lease, signal });
    signal.throwIfAborted();
    const image = { id, config, manifestDigest: descriptor.digest, layers: stored };
    const references = reference === undefined ? [] : [reference];
    recordImages(parts.database, [[image, { origin: { kind: 'load', from: name }, references, cause: 'push' }]]);
    publishImageEvent(parts, 'load', id, { name });
    return id;
  } finally {
    await letGo(parts, lease);
  }
}

/** A layer that is kept without its blob has the same digest when it is sent uncompressed. */
export async function checkPresent({ blobs, layers }: ImageParts, digest: Digest): Promise<void> {
  if ((await blobs.stat(digest)) !== undefined || (await usableLayer(layers, digest)) !== undefined) return;
  throw new EngineError('not-found', `The blob ${digest} has to be sent before the manifest that names it.`);
}
