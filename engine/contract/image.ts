import { z } from 'zod';

import { digest } from './digest.ts';
import { imageBytes } from './store.ts';

/** A platform as OCI's image index writes it, for example `linux/arm64/v8`. */
export const platform = z.object({
  os: z.string(),
  architecture: z.string(),
  variant: z.string().optional(),
});
export type Platform = z.infer<typeof platform>;

/** Where an image came from. */
export const imageOrigin = z.object({
  kind: z.enum(['pull', 'load', 'bootstrap', 'build', 'commit', 'import']),
  /** The reference, file or container it came from, as people would say it. */
  from: z.string(),
});
export type ImageOrigin = z.infer<typeof imageOrigin>;

/**
 * One image of the list: one per config digest, whatever its tags. The fields in Docker's spelling are
 * `ImageSummary` of the Docker Engine API; the others are Estrato's.
 */
export const imageSummary = z.object({
  /** The config digest. */
  Id: digest,
  ParentId: z.string(),
  /** Tags in familiar form (`redis:4.0.6`); empty for an image without any. */
  RepoTags: z.array(z.string()),
  /** `repository@digest` for every registry it was pulled from. */
  RepoDigests: z.array(z.string()),
  /** Unix seconds. */
  Created: z.int(),
  /** Bytes of all layers, uncompressed. */
  Size: z.int(),
  VirtualSize: z.int(),
  /** Bytes of the layers that other images have as well. */
  SharedSize: z.int(),
  Labels: z.record(z.string(), z.string()),
  /** How many containers were made from it. */
  Containers: z.int(),
  /** Bytes of the layers that only this image has. */
  uniqueSize: z.int(),
  /** On the disk, with blobs and indexes; missing from engines that don't know it. */
  bytes: imageBytes.optional(),
  layerCount: z.int(),
  platform,
  origin: imageOrigin.optional(),
  /** The last tag that moved away from it, for an image without any. */
  lastTag: z.string().optional(),
  /** Unix milliseconds of when it moved away. */
  lastTagAt: z.int().optional(),
  /** Diff ids, base first. */
  diffIds: z.array(digest),
});
export type ImageSummary = z.infer<typeof imageSummary>;

/** A layer of an image's stack: the bytes one step made. */
export const imageLayer = z.object({
  /** Digest of the uncompressed tar: the layer's identity wherever it is used. */
  diffId: digest,
  /** Identity of the stack from the base up to this layer. */
  chainId: digest,
  /** Digest of the blob as the registry has it; absent when the blob is not kept. */
  blobDigest: digest.optional(),
  mediaType: z.string(),
  /** Bytes on the wire. */
  compressedSize: z.int(),
  /** Sum of the sizes of the regular files it holds. */
  size: z.int(),
  entryCount: z.int(),
  /** Other images that have the same layer. */
  sharedWith: z.array(z.object({ id: digest, name: z.string() })),
  /** Index into `steps` of the step that made it. */
  step: z.int(),
});
export type ImageLayer = z.infer<typeof imageLayer>;

/** A step: one command of the Dockerfile, from the config's history. */
export const imageStep = z.object({
  /** As the history has it. */
  createdBy: z.string(),
  /** As it stood in the Dockerfile, as far as that can be told: `RUN apt-get update`, `ENV A=b`. */
  instruction: z.string(),
  created: z.string().optional(),
  comment: z.string().optional(),
  author: z.string().optional(),
  /** Index into `layers`; absent for a step that changed no file (`ENV`, `CMD`, `LABEL`). */
  layer: z.int().optional(),
});
export type ImageStep = z.infer<typeof imageStep>;

/** What a container of this image runs, as the image's config has it (OCI image specification, config.md). */
export const imageRunConfig = z.object({
  entrypoint: z.array(z.string()),
  cmd: z.array(z.string()),
  env: z.array(z.string()),
  user: z.string(),
  workingDir: z.string(),
  exposedPorts: z.array(z.string()),
  volumes: z.array(z.string()),
  labels: z.record(z.string(), z.string()),
  stopSignal: z.string().optional(),
});
export type ImageRunConfig = z.infer<typeof imageRunConfig>;

/** The image page: everything about one image but the files in it. */
export const imageDetails = z.object({
  summary: imageSummary,
  config: imageRunConfig,
  steps: z.array(imageStep),
  /** Base first. */
  layers: z.array(imageLayer),
  usedBy: z.array(z.object({ id: z.string(), name: z.string(), running: z.boolean() })),
  manifestDigest: digest.optional(),
  author: z.string().optional(),
});
export type ImageDetails = z.infer<typeof imageDetails>;

/** How one layer of a pull or push stands. */
export const layerProgress = z.object({
  digest: z.string(),
  /**
   * `exists`: already here, or of a push there, nothing to move; `mounted`: the registry had it in another of its
   * repositories.
   */
  state: z.enum([
    'waiting',
    'exists',
    'downloading',
    'verifying',
    'downloaded',
    'unpacking',
    'done',
    'pushing',
    'mounted',
    'pushed',
  ]),
  /** Bytes fetched or sent, or unpacked while `unpacking`. */
  current: z.int(),
  /** Compressed bytes in all. */
  total: z.int(),
});
export type LayerProgress = z.infer<typeof layerProgress>;

export const pullProgress = z.object({
  /** What is being done, for people: `Pulling manifest`. */
  status: z.string(),
  reference: z.string(),
  manifestDigest: z.string().optional(),
  /** Bytes of the manifest, of a push that is done. */
  manifestSize: z.int().optional(),
  /** Base first. */
  layers: z.array(layerProgress),
  /** Set once the image is in the store. */
  imageId: z.string().optional(),
});
export type PullProgress = z.infer<typeof pullProgress>;

export const removedImage = z.object({
  untagged: z.array(z.string()),
  /** Config digest, and chain ids of the layers that went with it. */
  deleted: z.array(z.string()),
  /** On the disk, once it is gone for good. */
  freedBytes: z.int(),
  /** The trash's entry that brings it back; missing when nothing was taken away. */
  trash: z.string().optional(),
});
export type RemovedImage = z.infer<typeof removedImage>;
