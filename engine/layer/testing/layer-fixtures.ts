import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

import { pack } from 'tar-stream';

import { FileBlobStore } from '#engine/content/file-blob-store.ts';
import { parseDigest, type Digest } from '#engine/contract/digest.ts';
import { FileLayerStore } from '#engine/layer/file-layer-store.ts';
import type { LayerForm } from '#engine/layer/layer-store.ts';
import type { Descriptor } from '#engine/oci/descriptor.ts';

export interface TarItem {
  readonly name: string;
  readonly type?: 'file' | 'directory' | 'symlink' | 'link' | 'character-device' | 'block-device' | 'fifo';
  readonly linkname?: string;
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly devmajor?: number;
  readonly devminor?: number;
  /** Unix seconds. */
  readonly time?: number;
  readonly body?: string;
  readonly pax?: Readonly<Record<string, string>>;
}

export const launcherPath = fileURLToPath(new URL('../../launcher/build/estrato-launcher', import.meta.url));

/** 2023-11-14. */
export const TIME = 1_700_000_000;

export async function tarOf(...items: readonly TarItem[]): Promise<Buffer> {
  const packed = pack();
  for (const { body = '', time = TIME, ...header } of items) {
    packed.entry({ mtime: new Date(time * 1000), ...header }, body);
  }
  packed.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of packed) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

export function digestOf(bytes: Uint8Array): Digest {
  return parseDigest(`sha256:${createHash('sha256').update(bytes).digest('hex')}`);
}

/** A blob store and a layer store over a directory of their own. */
export interface Stores extends AsyncDisposable {
  readonly dir: string;
  readonly blobs: FileBlobStore;
  readonly layers: FileLayerStore;
  /** Names in the directory of layers. */
  leftovers(): Promise<readonly string[]>;
  ingest(blob: Buffer): Promise<Descriptor>;
  /** Gzipped, ingested and applied. @returns the diff id */
  add(...items: readonly TarItem[]): Promise<Digest>;
}

/** @param form how its layers are kept. @param place of the directory. */
export async function openStores(form: LayerForm = 'tree', place = tmpdir()): Promise<Stores> {
  const dir = await mkdtemp(join(place, 'estrato-layers-'));
  const blobs = new FileBlobStore(join(dir, 'blobs'));
  const layersDir = join(dir, 'layers');
  const layers = new FileLayerStore({ dir: layersDir, blobs, launcherPath, form });
  const ingest = async (blob: Buffer): Promise<Descriptor> => {
    const descriptor = {
      mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
      digest: digestOf(blob),
      size: blob.length,
    };
    await blobs.ingest(descriptor, chunksOf(blob));
    return descriptor;
  };
  return {
    dir,
    blobs,
    layers,
    ingest,
    leftovers: () => readdir(layersDir).catch(() => []),
    add: async (...items) => {
      const tar = await tarOf(...items);
      return (await layers.apply(digestOf(tar), await ingest(gzipSync(tar)))).diffId;
    },
    [Symbol.asyncDispose]: () => rm(dir, { recursive: true, force: true }),
  };
}

async function* chunksOf(bytes: Buffer): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
}
