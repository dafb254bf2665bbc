import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';

import { z } from 'zod';

import { compressionOf } from '#engine/archive/decompress.ts';
import { digest, digestHex, parseDigest, type Digest } from '#engine/contract/digest.ts';
import { EngineError } from '#engine/contract/errors.ts';
import type { PullProgress } from '#engine/contract/image.ts';
import { familiarName, parseReference, type Reference } from '#engine/contract/reference.ts';
import type { Descriptor } from '#engine/oci/descriptor.ts';
import { parseImageConfig } from '#engine/oci/image-config.ts';
import { DOCKER_LAYER, DOCKER_LAYER_GZIP, OCI_INDEX, OCI_LAYER_ZSTD } from '#engine/oci/media-types.ts';
import type { Document } from '#engine/registry/registry-client.ts';

import { unpackArchive, type Archive } from './archive-files.ts';
import { chooseManifest, hostPlatform } from './choose-manifest.ts';
import { publishImageEvent } from './image-events.ts';
import type { ImageParts } from './image-parts.ts';
import { leasesOf } from './leases.ts';
import { ProgressBoard } from './progress-board.ts';
import { letGo, once, pairLayers } from './pull-image.ts';
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
 * @throws EngineError `corrupt` when it is no such archive, is cut off, or holds other bytes than it promises.
 */
export async function* loadImage(
  parts: ImageParts,
  source: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<LoadProgress> {
  const left = new AbortController();
  const lease = leasesOf(parts).open();
  const board = new ProgressBoard('archive', 'Reading the archive');
  const context = { board, lease, signal: AbortSignal.any([signal, left.signal]) };
  const loaded: string[] = [];
  const work = load(parts, source, context).then((names) => {
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
  context: StoreContext,
): Promise<readonly string[]> {
  await using archive = await unpackArchive(parts.temporaryDir, source, context.signal);
  const found = archive.has('manifest.json') ? await dockerImages(archive) : await ociImages(archive);
  if (found.length === 0) throw new EngineError('corrupt', 'The archive holds no image: its list of them is empty.');
  const stored: (readonly [StoredImage, Naming])[] = [];
  for (const image of found) stored.push(await storeImage(parts, image, context));
  context.signal.throwIfAborted();
  recordImages(parts.database, stored);
  const names = stored.flatMap(([{ id }, { references }]) => {
    publishImageEvent(parts, 'load', id, {});
    return references.length === 0 ? [id] : references.map(familiarName);
  });
  const last = stored.at(-1)?.[0].id;
  if (last !== undefined) context.board.say({ imageId: last });
  return names;
}

/** An image as an archive has it. */
interface ArchivedImage {
  readonly config: Uint8Array;
  readonly manifest?: Document;
  readonly layers: readonly { readonly blob: Descriptor; readonly path: string }[];
  readonly references: readonly Reference[];
}

async function storeImage(
  parts: ImageParts,
  image: ArchivedImage,
  context: StoreContext,
): Promise<readonly [StoredImage, Naming]> {
  const { signal, lease } = context;
  const id = sha256Of(image.config);
  const subject = image.references.map(familiarName)[0] ?? id.slice(0, 19);
  const config = parseImageConfig(image.config, `The config of ${subject}`);
  await lease.hold(id, ...(image.manifest === undefined ? [] : [image.manifest.descriptor.digest]));
  const from = { sender: SENDER, subject };
  const blob = { mediaType: 'application/json', digest: id, size: image.config.length };
  await ingest(parts, { blob, ...from }, once(image.config), signal);
  if (image.manifest !== undefined) {
    await ingest(parts, { blob: image.manifest.descriptor, ...from }, once(image.manifest.bytes), signal);
  }
  const paths = new Map(image.layers.map((layer) => [layer.blob.digest, layer.path]));
  const paired = pairLayers(
    config.diffIds,
    image.layers.map((layer) => layer.blob),
    subject,
  );
  const layers = paired.map((layer): IncomingLayer => ({
    ...layer,
    open: () => createReadStream(paths.get(layer.blob.digest) ?? ''),
  }));
  const storedLayers = await storeLayers(parts, { layers, ...from }, context);
  const manifestDigest = image.manifest?.descriptor.digest;
  return [
    { id, config, layers: storedLayers, ...(manifestDigest === undefined ? {} : { manifestDigest }) },
    { origin: { kind: 'load', from: 'archive' }, references: image.references },
  ];
}

const dockerManifest = z.array(
  z.object({ Config: z.string(), RepoTags: z.array(z.string()).nullish(), Layers: z.array(z.string()) }),
);

async function dockerImages(archive: Archive): Promise<readonly ArchivedImage[]> {
  const manifest = parseJson(await archive.read('manifest.json'), dockerManifest, 'manifest.json');
  return Promise.all(
    manifest.map(async ({ Config, RepoTags, Layers }) => ({
      config: await archive.read(Config),
      references: (RepoTags ?? []).map(parseReference),
      layers: await Promise.all(Layers.map((name) => describeFile(archive.path(name)))),
    })),
  );
}

async function describeFile(path: string): Promise<{ blob: Descriptor; path: string }> {
  const hash = createHash('sha256');
  let size = 0;
  let mediaType: string | undefined;
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 })) {
    if (!Buffer.isBuffer(chunk)) continue;
    mediaType ??= { none: DOCKER_LAYER, gzip: DOCKER_LAYER_GZIP, zstd: OCI_LAYER_ZSTD }[compressionOf(chunk)];
    hash.update(chunk);
    size += chunk.length;
  }
  const own = parseDigest(`sha256:${hash.digest('hex')}`);
  return { blob: { mediaType: mediaType ?? DOCKER_LAYER, digest: own, size }, path };
}

const ociIndex = z.object({
  manifests: z.array(
    z.object({
      mediaType: z.string(),
      digest,
      size: z.int(),
      platform: z.object({ os: z.string() }).optional(),
      annotations: z.record(z.string(), z.string()).optional(),
    }),
  ),
});

async function ociImages(archive: Archive): Promise<readonly ArchivedImage[]> {
  if (!archive.has('index.json')) {
    throw new EngineError(
      'corrupt',
      'The archive holds no image: it has neither manifest.json (docker save) nor index.json (OCI layout); if it was copied here, it may be incomplete.',
    );
  }
  const { manifests } = parseJson(await archive.read('index.json'), ociIndex, 'index.json');
  // Attestations are listed beside the images they are about.
  const images = manifests.filter(({ platform }) => platform?.os !== 'unknown');
  return Promise.all(
    images.map(async ({ mediaType, digest: own, size, annotations = {} }) => {
      const read = async (descriptor: Descriptor): Promise<Document> => ({
        descriptor,
        bytes: await archive.read(blobName(descriptor.digest)),
      });
      const document = await read({ mediaType: mediaType === '' ? OCI_INDEX : mediaType, digest: own, size });
      const chosen = await chooseManifest(document, { platform: hostPlatform, what: 'the archive' }, read);
      const { manifest, descriptor, bytes } = chosen;
      return {
        config: await archive.read(blobName(manifest.config.digest)),
        manifest: { descriptor, bytes },
        references: namesIn(annotations),
        layers: manifest.layers.map((blob) => ({ blob, path: archive.path(blobName(blob.digest)) })),
      };
    }),
  );
}

/** `org.opencontainers.image.ref.name` is a whole reference with some tools, a tag alone with others: that names nothing. */
function namesIn(annotations: Readonly<Record<string, string>>): readonly Reference[] {
  const name = annotations['io.containerd.image.name'] ?? annotations['org.opencontainers.image.ref.name'];
  if (name === undefined || !/[/:]/.test(name)) return [];
  return [parseReference(name)];
}

function blobName(own: Digest): string {
  return `blobs/sha256/${digestHex(own)}`;
}

function parseJson<T extends z.ZodType>(bytes: Uint8Array, shape: T, name: string): z.infer<T> {
  try {
    return shape.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch (cause) {
    throw new EngineError('corrupt', `The archive's ${name} is not what it should be; make the archive again.`, {
      cause,
    });
  }
}

function sha256Of(bytes: Uint8Array): Digest {
  return parseDigest(`sha256:${createHash('sha256').update(bytes).digest('hex')}`);
}
