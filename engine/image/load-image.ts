import { EngineError } from '#engine/contract/errors.ts';
import type { Platform, PullProgress } from '#engine/contract/image.ts';
import { familiarName } from '#engine/contract/reference.ts';
import { parseImageConfig } from '#engine/oci/image-config.ts';

import { unpackArchive } from './archive-files.ts';
import { archivedImages, type ArchivedImage } from './archived-images.ts';
import { hostPlatform } from './choose-manifest.ts';
import { publishImageEvent } from './image-events.ts';
import type { ImageParts } from './image-parts.ts';
import { leasesOf } from './leases.ts';
import { ProgressBoard } from './progress-board.ts';
import { once } from './once.ts';
import { pairLayers } from './pull-image.ts';
import { letGo } from './release-lease.ts';
import { recordImages, type Naming, type StoredImage } from './record-image.ts';
import { ingest, storeLayers, type IncomingLayer, type StoreContext } from './store-layers.ts';

export interface LoadProgress extends PullProgress {
  /** Set at the end: the names of what was in the archive, or ids of what has none. */
  readonly loaded?: string[];
}

const SENDER = 'The archive';

/**
 * Takes images from a docker-archive (`docker save`) or an OCI archive, compressed or not. All images of the archive
 * become known together, or none.
 *
 * @param platform which image of an index it is to be; this machine's unless told.
 * @throws EngineError `corrupt` when it is no such archive, is cut off, or holds other bytes than it promises.
 */
export async function* loadImage(
  parts: ImageParts,
  source: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
  platform: Platform = hostPlatform,
): AsyncGenerator<LoadProgress> {
  const left = new AbortController();
  const lease = leasesOf(parts).open();
  const board = new ProgressBoard('archive', 'Reading the archive');
  const context = { board, lease, signal: AbortSignal.any([signal, left.signal]) };
  const loaded: string[] = [];
  const work = load(parts, source, { ...context, platform }).then((names) => {
    loaded.push(...names);
  });
  try {
    let last: PullProgress | undefined;
    for await (const progress of board.follow(work)) {
      last = progress;
      yield progress;
    }
    yield { ...(last ?? { reference: 'archive', layers: [] }), status: `Loaded ${loaded.join(', ')}`, loaded };
  } finally {
    left.abort(new EngineError('cancelled', 'Cancelled.'));
    await work.catch(() => undefined);
    await letGo(parts, lease);
  }
}

async function load(
  parts: ImageParts,
  source: AsyncIterable<Uint8Array>,
  context: StoreContext & { readonly platform: Platform },
): Promise<readonly string[]> {
  await using archive = await unpackArchive(parts.blobs, source, context.signal);
  const found = await archivedImages(archive, context.platform);
  if (found.length === 0) throw new EngineError('corrupt', 'The archive holds no image: its list of them is empty.');
  const stored: (readonly [StoredImage, Naming])[] = [];
  for (const image of found) stored.push(await storeImage(parts, image, context));
  context.signal.throwIfAborted();
  recordImages(parts.database, stored);
  const names = stored.flatMap(([{ id }, { references }]) => {
    publishImageEvent(parts, 'load', id);
    return references.length === 0 ? [id] : references.map(familiarName);
  });
  const last = stored.at(-1)?.[0].id;
  if (last !== undefined) context.board.say({ imageId: last });
  return names;
}

async function storeImage(
  parts: ImageParts,
  image: ArchivedImage,
  context: StoreContext,
): Promise<readonly [StoredImage, Naming]> {
  const { signal, lease } = context;
  const { id } = image;
  const subject = image.references.map(familiarName)[0] ?? id.slice(0, 19);
  const config = parseImageConfig(image.config, `The config of ${subject}`);
  await lease.hold(id, ...(image.manifest === undefined ? [] : [image.manifest.descriptor.digest]));
  const from = { sender: SENDER, subject };
  const blob = { mediaType: 'application/json', digest: id, size: image.config.length };
  await ingest(parts, { blob, ...from }, once(image.config), signal);
  if (image.manifest !== undefined) {
    await ingest(parts, { blob: image.manifest.descriptor, ...from }, once(image.manifest.bytes), signal);
  }
  const spools = new Map(image.layers.map(({ blob, spool }) => [blob.digest, spool]));
  const blobs = image.layers.map((layer) => layer.blob);
  const layers = pairLayers(config.diffIds, blobs, subject).flatMap((layer): readonly IncomingLayer[] => {
    const spool = spools.get(layer.blob.digest);
    return spool === undefined ? [] : [{ ...layer, spool }];
  });
  const storedLayers = await storeLayers(parts, { layers, ...from }, context);
  const manifestDigest = image.manifest?.descriptor.digest;
  return [
    { id, config, layers: storedLayers, ...(manifestDigest === undefined ? {} : { manifestDigest }) },
    { origin: { kind: 'load', from: 'archive' }, references: image.references },
  ];
}
