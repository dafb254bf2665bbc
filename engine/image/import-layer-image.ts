import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';

import { parseDigest, type Digest } from '#engine/contract/digest.ts';
import type { ImageOrigin, PullProgress } from '#engine/contract/image.ts';
import { familiarName, type Reference } from '#engine/contract/reference.ts';
import { parseImageConfig } from '#engine/oci/image-config.ts';
import { OCI_LAYER } from '#engine/oci/media-types.ts';

import { publishImageEvent } from './image-events.ts';
import type { ImageParts } from './image-parts.ts';
import { leasesOf } from './leases.ts';
import { ProgressBoard } from './progress-board.ts';
import { once } from './once.ts';
import { letGo } from './release-lease.ts';
import { recordImages } from './record-image.ts';
import { ingest, storeLayers } from './store-layers.ts';

export interface LayerImage {
  /** Paths of uncompressed tars, base first. */
  readonly tars: readonly string[];
  /** The config but for its `rootfs`, which the tars decide (OCI image specification, config.md). */
  readonly config: Readonly<Record<string, unknown>>;
  readonly references: readonly Reference[];
  readonly origin: ImageOrigin;
}

/** Makes an image of tars: each becomes a layer. @returns its id. */
export async function importLayerImage(
  parts: ImageParts,
  image: LayerImage,
  onProgress: (progress: PullProgress) => void,
  signal: AbortSignal,
): Promise<Digest> {
  const lease = leasesOf(parts).open();
  const board = new ProgressBoard(image.origin.from, 'Storing layers');
  const work = store(parts, image, { board, lease, signal });
  try {
    for await (const progress of board.follow(work.then(() => undefined))) onProgress(progress);
    return await work;
  } finally {
    await letGo(parts, lease);
  }
}

async function store(
  parts: ImageParts,
  { tars, config, references, origin }: LayerImage,
  context: Parameters<typeof storeLayers>[2],
): Promise<Digest> {
  const from = { sender: 'This machine', subject: origin.from };
  const layers = await Promise.all(
    tars.map(async (path) => {
      const { digest, size } = await digestOf(path);
      return { diffId: digest, blob: { mediaType: OCI_LAYER, digest, size }, open: () => createReadStream(path) };
    }),
  );
  const rootfs = { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) };
  const bytes = Buffer.from(JSON.stringify({ ...config, rootfs }));
  const id = parseDigest(`sha256:${createHash('sha256').update(bytes).digest('hex')}`);
  await context.lease.hold(id);
  const blob = { mediaType: 'application/json', digest: id, size: bytes.length };
  await ingest(parts, { blob, ...from }, once(bytes), context.signal);
  const stored = await storeLayers(parts, { layers, ...from }, context);
  context.signal.throwIfAborted();
  const parsed = parseImageConfig(bytes, `The config of ${origin.from}`);
  recordImages(parts.database, [
    [
      { id, config: parsed, layers: stored },
      { origin, references },
    ],
  ]);
  context.board.say({ status: 'Stored', imageId: id });
  for (const reference of references) publishImageEvent(parts, 'tag', id, { name: familiarName(reference) });
  publishImageEvent(parts, 'import', id);
  return id;
}

async function digestOf(path: string): Promise<{ digest: Digest; size: number }> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 })) {
    if (!Buffer.isBuffer(chunk)) continue;
    hash.update(chunk);
    size += chunk.length;
  }
  return { digest: parseDigest(`sha256:${hash.digest('hex')}`), size };
}
