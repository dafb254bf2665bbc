import { type Digest, shortDigest } from '#engine/contract/digest.ts';
import { EngineError } from '#engine/contract/errors.ts';
import type { ImageDetails, ImageLayer, ImageStep, ImageSummary } from '#engine/contract/image.ts';
import type { Database } from '#engine/metadata/database.ts';
import { ReadOnce } from '#engine/metadata/read-once.ts';
import type { HistoryEntry, ImageConfig } from '#engine/oci/image-config.ts';
import { defined } from '#engine/oci/json-fields.ts';

import type { ImageParts } from './image-parts.ts';
import {
  allImages,
  lastTagOf,
  layersByImage,
  layersOf,
  repoDigestsByImage,
  tagsByImage,
  type ImageRecord,
  type LastTag,
  type LayerRow,
} from './image-records.ts';
import { instructionOf } from './instruction.ts';
import { resolveImage } from './resolve-image.ts';
import { storeWeights, type StoreWeights } from './store-weights.ts';

/** Every image that has not been removed, newest first. */
export function listImages({ database, usage }: Pick<ImageParts, 'database' | 'usage'>): ImageSummary[] {
  const counts = new Map<Digest, number>();
  for (const { imageId } of usage.containers()) counts.set(imageId, (counts.get(imageId) ?? 0) + 1);
  return listed.of(database).map((image) => ({ ...image, Containers: counts.get(image.Id) ?? 0 }));
}

/** Of all that are listed, but for their containers, which no table here knows. */
const listed = new ReadOnce((database): readonly ImageSummary[] => {
  const around = surroundings.of(database);
  return around.images.filter(({ isRemoved }) => !isRemoved).map((record) => summaryOf(record, around));
});

const surroundings = new ReadOnce(lookAround);

/** What the summaries of all images are made of, each asked for once. */
interface Surroundings {
  readonly images: readonly ImageRecord[];
  readonly layers: ReadonlyMap<Digest, readonly LayerRow[]>;
  /** How many images have each layer. */
  readonly users: ReadonlyMap<Digest, number>;
  readonly tags: ReadonlyMap<Digest, readonly string[]>;
  readonly repoDigests: ReadonlyMap<Digest, readonly string[]>;
  readonly lastTagOf: (id: Digest) => LastTag | undefined;
  readonly weights: StoreWeights;
}

function lookAround(database: Database): Surroundings {
  const layers = layersByImage(database);
  const users = new Map<Digest, number>();
  for (const stack of layers.values()) {
    for (const diffId of new Set(stack.map((layer) => layer.diffId))) users.set(diffId, (users.get(diffId) ?? 0) + 1);
  }
  return {
    images: allImages(database),
    layers,
    users,
    tags: tagsByImage(database),
    repoDigests: repoDigestsByImage(database),
    lastTagOf: (id) => lastTagOf(database, id),
    weights: storeWeights(database),
  };
}

function summaryOf(record: ImageRecord, around: Surroundings): ImageSummary {
  const stack = around.layers.get(record.id) ?? [];
  const distinct = new Map(stack.map((layer) => [layer.diffId, layer.size]));
  const shared = [...distinct].filter(([diffId]) => (around.users.get(diffId) ?? 0) > 1);
  const sharedSize = shared.reduce((sum, [, size]) => sum + size, 0);
  const tags = around.tags.get(record.id) ?? [];
  const last = tags.length === 0 ? around.lastTagOf(record.id) : undefined;
  return {
    Id: record.id,
    ParentId: '',
    RepoTags: [...tags],
    RepoDigests: [...(around.repoDigests.get(record.id) ?? [])],
    Created: record.createdAt,
    Size: record.size,
    VirtualSize: record.size,
    SharedSize: sharedSize,
    Labels: { ...record.labels },
    Containers: 0,
    uniqueSize: record.size - sharedSize,
    bytes: around.weights.bytesOf(record.id),
    layerCount: stack.length,
    platform: record.platform,
    origin: record.origin,
    ...defined({ lastTag: last?.name, lastTagAt: last?.at }),
    diffIds: stack.map(({ diffId }) => diffId),
  };
}

/** @throws EngineError `not-found` for a name that leads to no image. */
export async function describeImage(parts: ImageParts, name: string): Promise<ImageDetails> {
  const { id, config } = await resolveImage(parts, name);
  const around = surroundings.of(parts.database);
  const record = around.images.find((image) => image.id === id);
  if (record === undefined) throw new EngineError('not-found', `No such image: ${name}`);
  const steps = alignSteps(config);
  const layers = layersOf(parts.database, id).map((row, position): ImageLayer => {
    const step = steps.findIndex(({ layer }) => layer === position);
    return { ...layerOf(row), sharedWith: othersWith(row.diffId, id, around), step: Math.max(0, step) };
  });
  const users = parts.usage.containers().filter(({ imageId }) => imageId === id);
  return {
    summary: { ...summaryOf(record, around), Containers: users.length },
    config: runConfigOf(config),
    steps,
    layers,
    usedBy: users.map((container) => ({ id: container.id, name: container.name, running: container.running })),
    ...defined({ manifestDigest: record.manifestDigest, author: config.author }),
  };
}

/** Config and manifest as they were sent. */
export async function rawImage(parts: ImageParts, name: string): Promise<{ config: string; manifest?: string }> {
  const { id } = await resolveImage(parts, name);
  const manifestDigest = allImages(parts.database).find((image) => image.id === id)?.manifestDigest;
  const text = async (digest: Digest): Promise<string> => Buffer.from(await parts.blobs.read(digest)).toString('utf8');
  const isKept = manifestDigest !== undefined && (await parts.blobs.stat(manifestDigest)) !== undefined;
  return { config: await text(id), ...(isKept ? { manifest: await text(manifestDigest) } : {}) };
}

function layerOf(row: LayerRow): Omit<ImageLayer, 'sharedWith' | 'step'> {
  const { diffId, chainId, blobDigest, mediaType, blobSize, size, entryCount } = row;
  return { diffId, chainId, blobDigest, mediaType, compressedSize: blobSize, size, entryCount };
}

function othersWith(diffId: Digest, own: Digest, around: Surroundings): ImageLayer['sharedWith'] {
  const others = around.images.filter(({ id, isRemoved }) => id !== own && !isRemoved);
  return others
    .filter(({ id }) => around.layers.get(id)?.some((layer) => layer.diffId === diffId))
    .map(({ id }) => ({ id, name: around.tags.get(id)?.[0] ?? shortDigest(id) }));
}

function runConfigOf({ config }: ImageConfig): ImageDetails['config'] {
  return {
    entrypoint: [...(config.entrypoint ?? [])],
    cmd: [...(config.cmd ?? [])],
    env: [...config.env],
    user: config.user,
    workingDir: config.workingDir,
    exposedPorts: [...config.exposedPorts],
    volumes: [...config.volumes],
    labels: { ...config.labels },
    ...defined({ stopSignal: config.stopSignal }),
  };
}

/**
 * The steps of the history, each that made files beside its layer. Builders make mistakes: layers that the history
 * forgot become steps of their own, and steps that claim a layer there isn't have none.
 */
export function alignSteps({ history, diffIds }: Pick<ImageConfig, 'history' | 'diffIds'>): ImageStep[] {
  let layer = 0;
  const steps = history.map((entry): ImageStep => {
    const own = entry.emptyLayer || layer >= diffIds.length ? undefined : layer;
    if (own !== undefined) layer += 1;
    return stepOf(entry, own);
  });
  for (; layer < diffIds.length; layer += 1) steps.push({ createdBy: '', instruction: '', layer });
  return steps;
}

function stepOf({ createdBy = '', created, comment, author }: HistoryEntry, layer: number | undefined): ImageStep {
  return { createdBy, instruction: instructionOf(createdBy), ...defined({ created, comment, author, layer }) };
}
