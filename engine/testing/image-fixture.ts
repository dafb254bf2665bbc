import { gzipSync, zstdCompressSync } from 'node:zlib';

import type { Digest } from '#engine/contract/digest.ts';
import type { Platform } from '#engine/contract/image.ts';
import type { Descriptor } from '#engine/oci/descriptor.ts';
import {
  DOCKER_CONFIG,
  DOCKER_INDEX,
  DOCKER_LAYER,
  DOCKER_LAYER_GZIP,
  DOCKER_MANIFEST,
  OCI_CONFIG,
  OCI_INDEX,
  OCI_LAYER,
  OCI_LAYER_GZIP,
  OCI_LAYER_ZSTD,
  OCI_MANIFEST,
} from '#engine/oci/media-types.ts';
import { normalisePlatform } from '#engine/oci/platform.ts';

import { digestOf, tarOf, type TarItem } from './tar-fixture.ts';

/** Bytes with the descriptor that is true of them. */
export interface BlobFixture {
  readonly descriptor: Descriptor;
  readonly bytes: Buffer;
}

export interface LayerFixture {
  readonly diffId: Digest;
  readonly tar: Buffer;
  readonly blob: BlobFixture;
}

export interface ImageFixture {
  readonly manifest: BlobFixture;
  readonly config: BlobFixture;
  /** Base first. */
  readonly layers: readonly LayerFixture[];
  readonly platform: Platform;
}

export interface IndexFixture {
  readonly index: BlobFixture;
  readonly images: readonly ImageFixture[];
}

export type Compression = 'none' | 'gzip' | 'zstd';

export interface ImageOptions {
  readonly format?: 'oci' | 'docker';
  readonly compression?: Compression;
  /** This machine's unless told otherwise. */
  readonly platform?: Platform;
  /** Fields of the config besides what the layers decide; `config` and `history` among them. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Instead of the layers' own. */
  readonly diffIds?: readonly string[];
}

/** Of the machine that runs the test. */
export const ownPlatform: Platform = normalisePlatform({ os: 'linux', architecture: process.arch });

const layerTypes: Readonly<Record<'oci' | 'docker', Readonly<Record<Compression, string>>>> = {
  oci: { none: OCI_LAYER, gzip: OCI_LAYER_GZIP, zstd: OCI_LAYER_ZSTD },
  docker: { none: DOCKER_LAYER, gzip: DOCKER_LAYER_GZIP, zstd: OCI_LAYER_ZSTD },
};

const compressors: Readonly<Record<Compression, (tar: Buffer) => Buffer>> = {
  none: (tar) => tar,
  gzip: (tar) => gzipSync(tar),
  zstd: (tar) => zstdCompressSync(tar),
};

/** An image with one layer for each list of entries. */
export async function makeImage(
  layers: readonly (readonly TarItem[])[],
  options: ImageOptions = {},
): Promise<ImageFixture> {
  const { format = 'oci', compression = 'gzip', platform = ownPlatform } = options;
  const made = await Promise.all(layers.map((items) => makeLayer(items, layerTypes[format], compression)));
  const { os, architecture, variant } = platform;
  const config = document(format === 'oci' ? OCI_CONFIG : DOCKER_CONFIG, {
    created: '2026-01-02T03:04:05Z',
    os,
    architecture,
    ...(variant === undefined ? {} : { variant }),
    config: { Cmd: ['/bin/sh'], Env: ['PATH=/bin'] },
    history: made.map((_, index) => ({ created: '2026-01-02T03:04:05Z', created_by: `COPY part-${index + 1} /` })),
    rootfs: { type: 'layers', diff_ids: options.diffIds ?? made.map(({ diffId }) => diffId) },
    ...options.config,
  });
  return { manifest: manifestOf(format, config, made), config, layers: made, platform };
}

/** An image with so many small layers, each with a file of its own. */
export async function makeImageOf(count: number, options?: ImageOptions): Promise<ImageFixture> {
  const layers = Array.from({ length: count }, (_, index) => [
    { name: 'etc', type: 'directory' as const },
    { name: `etc/part-${index}`, body: `part ${index}\n`.repeat(100) },
  ]);
  return makeImage(layers, options);
}

/** Images of one name for several platforms. */
export function makeIndex(images: readonly ImageFixture[], format: 'oci' | 'docker' = 'oci'): IndexFixture {
  const mediaType = format === 'oci' ? OCI_INDEX : DOCKER_INDEX;
  const manifests = images.map(({ manifest, platform }) => ({ ...manifest.descriptor, platform }));
  return { index: document(mediaType, { schemaVersion: 2, mediaType, manifests }), images };
}

/** A JSON document as a blob. */
export function document(mediaType: string, value: unknown): BlobFixture {
  return blobOf(mediaType, Buffer.from(JSON.stringify(value)));
}

export function blobOf(mediaType: string, bytes: Buffer): BlobFixture {
  return { descriptor: { mediaType, digest: digestOf(bytes), size: bytes.length }, bytes };
}

/** Every blob that a registry needs to serve the image. */
export function blobsOf(image: ImageFixture): readonly BlobFixture[] {
  return [image.config, ...image.layers.map(({ blob }) => blob)];
}

async function makeLayer(
  items: readonly TarItem[],
  types: Readonly<Record<Compression, string>>,
  compression: Compression,
): Promise<LayerFixture> {
  const tar = await tarOf(...items);
  return { diffId: digestOf(tar), tar, blob: blobOf(types[compression], compressors[compression](tar)) };
}

function manifestOf(format: 'oci' | 'docker', config: BlobFixture, layers: readonly LayerFixture[]): BlobFixture {
  const mediaType = format === 'oci' ? OCI_MANIFEST : DOCKER_MANIFEST;
  return document(mediaType, {
    schemaVersion: 2,
    mediaType,
    config: config.descriptor,
    layers: layers.map(({ blob }) => blob.descriptor),
  });
}
