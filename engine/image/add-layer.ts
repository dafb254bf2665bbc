import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';

import { parseDigest, type Digest } from '#engine/contract/digest.ts';
import type { ImageOrigin } from '#engine/contract/image.ts';
import type { Reference } from '#engine/contract/reference.ts';
import { familiarName } from '#engine/contract/reference.ts';
import { parseImageConfig } from '#engine/oci/image-config.ts';
import { OCI_LAYER } from '#engine/oci/media-types.ts';

import { publishImageEvent } from './image-events.ts';
import type { ImageParts } from './image-parts.ts';
import { layersOf } from './image-records.ts';
import { leasesOf, type Lease } from './leases.ts';
import { ProgressBoard } from './progress-board.ts';
import { once } from './once.ts';
import { letGo } from './release-lease.ts';
import { recordImages } from './record-image.ts';
import { ingest, storeLayers, type IncomingLayer } from './store-layers.ts';

/** An image's config as its document has it (OCI image specification, config.md). */
export type ConfigDocument = Readonly<Record<string, unknown>>;

export interface ImageOnTop {
  /** The image it is made from, by its id; it is here. */
  readonly parent: Digest;
  /** What it has more; nothing leaves the layers as they are. */
  readonly tar?: { readonly path: string; readonly digest: Digest; readonly size: number } | undefined;
  /** The config from the parent's; its `rootfs` is seen to. */
  readonly config: (parent: ConfigDocument) => ConfigDocument;
  readonly reference?: Reference | undefined;
  readonly origin: ImageOrigin;
}

/** Makes an image of another's layers with one more: all of it, named, or nothing. @returns its id. */
export async function addLayer(parts: ImageParts, image: ImageOnTop, signal: AbortSignal): Promise<Digest> {
  const lease = leasesOf(parts).open();
  try {
    return await store(parts, image, { lease, signal });
  } finally {
    await letGo(parts, lease);
  }
}

async function store(
  parts: ImageParts,
  image: ImageOnTop,
  { lease, signal }: { readonly lease: Lease; readonly signal: AbortSignal },
): Promise<Digest> {
  const { parent, tar, reference, origin } = image;
  const stack = { sender: 'This machine', subject: origin.from };
  const below = layersOf(parts.database, parent).map((layer): IncomingLayer => {
    const blob = { mediaType: layer.mediaType, digest: layer.blobDigest, size: layer.blobSize };
    return { diffId: layer.diffId, blob, open: () => parts.blobs.open(layer.blobDigest) };
  });
  const layers = tar === undefined ? below : [...below, layerOf(tar)];
  const bytes = await configBytes(parts, image, layers);
  const id = parseDigest(`sha256:${createHash('sha256').update(bytes).digest('hex')}`);
  await lease.hold(id);
  const blob = { mediaType: 'application/json', digest: id, size: bytes.length };
  await ingest(parts, { blob, ...stack }, once(bytes), signal);
  const board = new ProgressBoard(origin.from, 'Storing the layer');
  const stored = await storeLayers(parts, { layers, ...stack }, { board, lease, signal });
  signal.throwIfAborted();
  const config = parseImageConfig(bytes, `The config made from ${origin.from}`);
  const references = reference === undefined ? [] : [reference];
  recordImages(parts.database, [
    [
      { id, config, layers: stored },
      { origin, references },
    ],
  ]);
  publishImageEvent(parts, 'create', id);
  if (reference !== undefined) publishImageEvent(parts, 'tag', id, { name: familiarName(reference) });
  return id;
}

function layerOf({ path, digest, size }: NonNullable<ImageOnTop['tar']>): IncomingLayer {
  return { diffId: digest, blob: { mediaType: OCI_LAYER, digest, size }, open: () => createReadStream(path) };
}

async function configBytes(
  { blobs }: ImageParts,
  { parent, config }: ImageOnTop,
  layers: readonly IncomingLayer[],
): Promise<Buffer> {
  const known = Buffer.from(await blobs.read(parent)).toString('utf8');
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- parsed as a config when its image came; what is made of it is parsed again
  const document = config(JSON.parse(known) as ConfigDocument);
  const rootfs = { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) };
  return Buffer.from(JSON.stringify({ ...document, rootfs }));
}
