import { createHash, randomUUID } from 'node:crypto';
import { lstat, mkdir, open, readdir, readFile, rename } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';

import { removeTree } from '#engine/async/remove-tree.ts';
import { decompressed } from '#engine/archive/decompress.ts';
import { usualLimits } from '#engine/archive/expansion-limits.ts';
import { measureTree } from '#engine/archive/measure-tree.ts';
import { onDisk } from '#engine/archive/path-text.ts';
import { inTurns } from '#engine/async/in-turns.ts';
import { Slots } from '#engine/async/slots.ts';
import type { FileBlobStore } from '#engine/content/file-blob-store.ts';
import { isMissing } from '#engine/content/file-failures.ts';
import { digestHex, isDigest, type Digest } from '#engine/contract/digest.ts';
import { EngineError, toEngineError } from '#engine/contract/errors.ts';
import type { Descriptor } from '#engine/oci/descriptor.ts';
import type { LayerMount } from '#engine/snapshot/layer-trees.ts';

import { EntryIndex } from './entry-index.ts';
import { fileChunks } from './file-chunks.ts';
import { inflateTar } from './inflate-tar.ts';
import { keepApart } from './keep-apart.ts';
import { layerPaths } from './layer-paths.ts';
import { readLayerRecord } from './layer-record.ts';
import type { FilePlace, LayerForm, LayerRecord, LayerStore } from './layer-store.ts';
import { runApplyWorker, runTreeWorker } from './run-apply-worker.ts';
import { SharedWork } from './shared-work.ts';

export interface FileLayerStoreOptions {
  readonly dir: string;
  readonly blobs: FileBlobStore;
  readonly launcherPath: string;
  /** Of the layers that come. `tar` where this machine can mount what such a layer has; otherwise they are unpacked. */
  readonly form?: LayerForm;
}

/** Of a block of stat(2). */
const BLOCK_BYTES = 512;
/** Beyond this many bytes the indexes used longest ago are read again when needed. */
const INDEX_CACHE_BYTES = 256 * 1024 * 1024;

/** Layers as directories; README.md has the format. */
export class FileLayerStore implements LayerStore {
  readonly #options: FileLayerStoreOptions;
  readonly #applying = new SharedWork<LayerRecord>();
  /** More layers at once than processors would only take memory. */
  readonly #slots = new Slots(availableParallelism());
  /** A thread keeps two processors busy: its own, and one of whoever takes gzip apart for it, or writes its files. */
  readonly #threads = new Slots(Math.ceil(availableParallelism() / 2));
  readonly #records = new Map<Digest, LayerRecord>();
  /** Least recently used first. */
  readonly #indexes = new Map<Digest, { readonly index: EntryIndex; readonly bytes: number }>();
  #indexBytes = 0;
  readonly #opening = new Map<Digest, Promise<EntryIndex>>();
  readonly #form: LayerForm;
  readonly #unpacking = new SharedWork<void>();
  /** Seen to before the first layer that is unpacked. */
  #isApart: Promise<void> | undefined;

  constructor(options: FileLayerStoreOptions) {
    this.#options = options;
    this.#form = options.form ?? 'tree';
  }

  /** Removes what an apply or a removal left that was killed. To be called before the first apply, never beside one. */
  async sweep(): Promise<void> {
    for (const name of await this.#names()) {
      if (!isDigest(`sha256:${name}`)) await removeTree(join(this.#options.dir, name));
    }
  }

  async get(diffId: Digest): Promise<LayerRecord | undefined> {
    const known = this.#records.get(diffId);
    if (known !== undefined) return known;
    const record = await readLayerRecord(this.indexPath(diffId));
    if (record !== undefined) this.#records.set(diffId, record);
    return record;
  }

  async apply(
    diffId: Digest,
    blob: Descriptor,
    onProgress?: (current: number) => void,
    signal?: AbortSignal,
  ): Promise<LayerRecord> {
    const known = await this.#usable(diffId);
    if (known !== undefined) return known;
    return this.#applying.join(diffId, { onProgress, signal }, (tell, aborted) =>
      this.#slots.run(() => this.#apply({ diffId, blob }, tell, aborted)),
    );
  }

  async mountable(diffId: Digest): Promise<LayerMount> {
    const image = this.#dirOf(diffId);
    const { tree } = layerPaths(image);
    if (!(await this.#isTar(diffId))) return { path: tree };
    return this.#form === 'tar' ? { path: tree, image } : { path: await this.unpacked(diffId) };
  }

  async unpacked(diffId: Digest): Promise<string> {
    const layerDir = this.#dirOf(diffId);
    const { tree, unpacked } = layerPaths(layerDir);
    const record = await this.#recordOf(diffId);
    if (record.form !== 'tar') return tree;
    if (await exists(unpacked)) return unpacked;
    const { launcherPath } = this.#options;
    const request = { kind: 'tree', diffId, tarSize: record.tarSize ?? 0, layerDir, launcherPath } as const;
    await this.#unpacking.join(diffId, {}, () => this.#threads.run(() => runTreeWorker(request)));
    return unpacked;
  }

  async place(diffId: Digest, entry: number): Promise<FilePlace | undefined> {
    const index = await this.index(diffId);
    const type = index.type(entry);
    if (type !== 'file' && type !== 'hardlink') return undefined;
    const { tree, tar } = layerPaths(this.#dirOf(diffId));
    const size = index.size(entry);
    if (await this.#isTar(diffId)) return { path: tar, offset: index.tarOffset(entry) ?? 0, size };
    // The entry's own path leads through directories of its own tree only, so nothing is followed.
    return { path: onDisk(`${tree}${index.path(entry)}`), offset: 0, size };
  }

  async tarPlace(diffId: Digest): Promise<FilePlace | undefined> {
    const { form, tarSize = 0 } = await this.#recordOf(diffId);
    return form === 'tar' ? { path: layerPaths(this.#dirOf(diffId)).tar, offset: 0, size: tarSize } : undefined;
  }

  async *openTar(diffId: Digest): AsyncGenerator<Uint8Array> {
    const place = await this.tarPlace(diffId);
    const { blobDigest } = await this.#recordOf(diffId);
    const hash = createHash('sha256');
    for await (const chunk of place === undefined ? this.#untar(blobDigest) : fileChunks(place)) {
      hash.update(chunk);
      yield chunk;
    }
    if (hash.digest('hex') !== digestHex(diffId)) throw damagedTar(diffId);
  }

  indexPath(diffId: Digest): string {
    return layerPaths(this.#dirOf(diffId)).index;
  }

  async opaquePaths(diffId: Digest): Promise<readonly string[]> {
    const index = await this.index(diffId);
    return index.opaqueEntries().map((entry) => index.path(entry));
  }

  async index(diffId: Digest): Promise<EntryIndex> {
    const known = this.#indexes.get(diffId);
    if (known !== undefined) {
      this.#indexes.delete(diffId);
      this.#indexes.set(diffId, known);
      return known.index;
    }
    const opening = this.#opening.get(diffId) ?? this.#openIndex(diffId).finally(() => this.#opening.delete(diffId));
    this.#opening.set(diffId, opening);
    return opening;
  }

  async #openIndex(diffId: Digest): Promise<EntryIndex> {
    const bytes = await readIndexFile(this.indexPath(diffId), diffId);
    const index = await inTurns(EntryIndex.inSteps(bytes));
    // Removed meanwhile, it is nobody's to be found.
    if (this.#opening.has(diffId)) this.#keep(diffId, index, bytes.length);
    return index;
  }

  async remove(diffId: Digest): Promise<void> {
    this.#forget(diffId);
    const gone = `${this.#dirOf(diffId)}.${randomUUID()}`;
    try {
      // At once out of its name: a tree with a part of its files would be a layer that lies.
      await rename(this.#dirOf(diffId), gone);
    } catch (error) {
      if (isMissing(error)) return;
      throw error;
    }
    this.#forget(diffId);
    await removeTree(gone);
  }

  async storedBytes(diffId: Digest, signal?: AbortSignal): Promise<number> {
    const { bytes } = await measureTree(this.#dirOf(diffId), signal ?? new AbortController().signal);
    return bytes - (await sharedWithBlob(join(this.#dirOf(diffId), 'tar')));
  }

  async list(): Promise<readonly Digest[]> {
    const digests = (await this.#names()).map((name) => `sha256:${name}`);
    return digests.filter(isDigest);
  }

  #untar(blobDigest: Digest): AsyncIterable<Uint8Array> {
    return decompressed(this.#options.blobs.open(blobDigest));
  }

  async #recordOf(diffId: Digest): Promise<LayerRecord> {
    const record = await this.get(diffId);
    if (record === undefined) throw absent(diffId);
    return record;
  }

  async #isTar(diffId: Digest): Promise<boolean> {
    return (await this.#recordOf(diffId)).form === 'tar';
  }

  async #apply(
    { diffId, blob }: { diffId: Digest; blob: Descriptor },
    onProgress: (current: number) => void,
    signal: AbortSignal,
  ): Promise<LayerRecord> {
    if (signal.aborted) throw new EngineError('cancelled', 'unpacking was cancelled');
    // Another may have ended between the look at the disk and the start of this one.
    const known = this.#records.get(diffId);
    if (known !== undefined) return known;
    const { dir, blobs, launcherPath } = this.#options;
    const into = `${this.#dirOf(diffId)}.${randomUUID()}`;
    await mkdir(dir, { recursive: true, mode: 0o711 });
    if (this.#form === 'tree') await (this.#isApart ??= keepApart(dir, launcherPath));
    try {
      const { mediaType, digest, size } = blob;
      await mkdir(into, { mode: 0o711 });
      const inflation = { blob: blobs.pathOf(digest), size, into: layerPaths(into).tar };
      const request = {
        kind: 'layer',
        diffId,
        blob: { mediaType, digest, size },
        blobsDir: blobs.dir,
        into,
        form: this.#form,
        limits: usualLimits(),
        isInflated: this.#form === 'tar' && (await inflateTar(inflation, signal)),
        launcherPath,
      } as const;
      const record = await this.#threads.run(() => runApplyWorker(request, onProgress, signal), signal);
      await rename(into, this.#dirOf(diffId));
      await syncDirectory(dir);
      this.#records.set(diffId, record);
      return record;
    } catch (error) {
      await removeTree(into);
      throw error;
    }
  }

  /** A damaged layer is made anew. */
  async #usable(diffId: Digest): Promise<LayerRecord | undefined> {
    try {
      return await this.get(diffId);
    } catch (error) {
      if (toEngineError(error).code !== 'corrupt') throw error;
      await this.remove(diffId);
      return undefined;
    }
  }

  #dirOf(diffId: Digest): string {
    return join(this.#options.dir, digestHex(diffId));
  }

  async #names(): Promise<readonly string[]> {
    try {
      return await readdir(this.#options.dir);
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
  }

  #keep(diffId: Digest, index: EntryIndex, bytes: number): void {
    this.#dropIndex(diffId);
    this.#indexes.set(diffId, { index, bytes });
    this.#indexBytes += bytes;
    for (const [oldest] of this.#indexes) {
      if (this.#indexBytes <= INDEX_CACHE_BYTES || oldest === diffId) return;
      this.#dropIndex(oldest);
    }
  }

  #dropIndex(diffId: Digest): void {
    this.#indexBytes -= this.#indexes.get(diffId)?.bytes ?? 0;
    this.#indexes.delete(diffId);
  }

  #forget(diffId: Digest): void {
    this.#records.delete(diffId);
    this.#opening.delete(diffId);
    this.#dropIndex(diffId);
  }
}

/** A tar that is the blob too is one file with two names, which counts as the blob's. @returns bytes. */
async function sharedWithBlob(path: string): Promise<number> {
  try {
    const { nlink, blocks } = await lstat(path);
    return nlink > 1 ? blocks * BLOCK_BYTES : 0;
  } catch (error) {
    if (isMissing(error)) return 0;
    throw error;
  }
}

async function readIndexFile(path: string, diffId: Digest): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw absent(diffId);
  }
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    (error: unknown) => {
      if (isMissing(error)) return false;
      throw error;
    },
  );
}

function absent(diffId: Digest): EngineError {
  return new EngineError('not-found', `the layer ${diffId} is not here; pull or load its image again`);
}

function damagedTar(diffId: Digest): EngineError {
  return new EngineError(
    'corrupt',
    `the layer ${diffId} was damaged on disk; remove its image and pull or load it again`,
  );
}

async function syncDirectory(path: string): Promise<void> {
  await using directory = await open(path, 'r');
  await directory.sync();
}
