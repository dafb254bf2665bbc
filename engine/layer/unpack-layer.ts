import { createHash } from 'node:crypto';
import { closeSync, constants, linkSync, openSync, readSync, renameSync, rmSync, statSync } from 'node:fs';

import { z } from 'zod';

import { decompressed } from '#engine/archive/decompress.ts';
import type { ExpansionLimits } from '#engine/archive/expansion-limits.ts';
import { TarParser } from '#engine/archive/tar-parser.ts';
import { errnoOf, explainWriteFailure } from '#engine/content/file-failures.ts';
import { FileBlobStore } from '#engine/content/file-blob-store.ts';
import { digest, digestHex, type Digest } from '#engine/contract/digest.ts';
import { EngineError } from '#engine/contract/errors.ts';

import { encodeEntryIndex } from './encode-entry-index.ts';
import { fileChunks } from './file-chunks.ts';
import { layerPaths } from './layer-paths.ts';
import type { LayerRecord } from './layer-store.ts';
import { NeedsTree, syncDirectory, TarTarget, UnpackedTarget, writeDurably, type LayerTarget } from './layer-target.ts';
import { LayerUnpacker } from './layer-unpacker.ts';
import { layerTotals, type TreeNode } from './tree-node.ts';

/** Large enough that a system call per chunk costs nothing beside hashing the chunk. */
const CHUNK_BYTES = 1024 * 1024;

/** What taking in a layer needs to know; plain data, to be sent to another thread. */
export const unpackRequest = z.object({
  kind: z.literal('layer'),
  diffId: digest,
  blob: z.object({ mediaType: z.string(), digest, size: z.int() }),
  blobsDir: z.string(),
  /** An empty directory; of no use when unpacking fails. */
  into: z.string(),
  form: z.enum(['tar', 'tree']),
  /** Whether the tar is in there already. */
  isInflated: z.boolean(),
  /** As `ExpansionLimits` has them: the environment of a thread is what it was when the thread began. */
  limits: z.object({ ratio: z.number(), bytes: z.number() }),
  launcherPath: z.string(),
});
export type UnpackRequest = z.infer<typeof unpackRequest>;

/** The same of unpacking a layer that is kept as a tar. */
export const treeRequest = z.object({
  kind: z.literal('tree'),
  diffId: digest,
  tarSize: z.int(),
  layerDir: z.string(),
  launcherPath: z.string(),
});
export type TreeRequest = z.infer<typeof treeRequest>;

export interface UnpackWatch {
  readonly onProgress: (current: number) => void;
  /** Called now and then. @throws what ends the work. */
  readonly checkStop: () => void;
}

/**
 * Makes what README.md says of a layer in the directory, in one pass over the blob. Blocks its thread for most of the time.
 *
 * @throws EngineError `corrupt`, `unsupported`, `not-found`, `out-of-space`, each with the layer in its sentence.
 */
export async function unpackLayer(request: UnpackRequest, watch: UnpackWatch): Promise<LayerRecord> {
  try {
    return await unpack(request, watch);
  } catch (error) {
    if (error instanceof NeedsTree) return unpackLayer(asTree(request), watch);
    const isOdd = errnoOf(error) === 'ENOENT' || (error instanceof EngineError && error.code === 'corrupt');
    throw explained(isOdd ? await damageOf(request, error) : error, request.diffId);
  }
}

/** Unpacks a layer that is kept as a tar, for a machine that can't mount it any more. */
export async function unpackTar(
  { diffId, tarSize, layerDir, launcherPath }: TreeRequest,
  checkStop: UnpackWatch['checkStop'],
): Promise<void> {
  const { tar, unpacked } = layerPaths(layerDir);
  const partial = `${unpacked}.partial`;
  try {
    rmSync(partial, { recursive: true, force: true });
    using target = new UnpackedTarget(partial, launcherPath);
    const source = fileChunks({ path: tar, offset: 0, size: tarSize });
    const { root } = await readTar(source, target, { diffId, checkStop });
    target.finish(root);
    renameSync(partial, unpacked);
    syncDirectory(layerDir);
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    throw explained(error, diffId);
  }
}

async function unpack(request: UnpackRequest, { onProgress, checkStop }: UnpackWatch): Promise<LayerRecord> {
  const { blob, diffId, into, form, limits } = request;
  using target = openTarget(request);
  const { root, tarSize } = await readTar(tarBytes(request, onProgress), target, { diffId, checkStop, limits });
  target.finish(root);
  const record: LayerRecord = {
    diffId,
    mediaType: blob.mediaType,
    blobDigest: blob.digest,
    compressedSize: blob.size,
    ...layerTotals(root),
    form,
    tarSize,
  };
  writeDurably(layerPaths(into).index, encodeEntryIndex(record, root), 0o644);
  syncDirectory(into);
  return record;
}

/** What came of it as a tar goes. */
function asTree(request: UnpackRequest): UnpackRequest {
  rmSync(layerPaths(request.into).tar);
  return { ...request, form: 'tree', isInflated: false };
}

function openTarget(request: UnpackRequest): LayerTarget {
  const { form, into, diffId, blob, isInflated, launcherPath } = request;
  const paths = layerPaths(into);
  if (form === 'tree') return new UnpackedTarget(paths.tree, launcherPath);
  // A blob that is the tar itself: one file has both names.
  if (blob.digest === diffId) linkSync(blobPath(request), paths.tar);
  return new TarTarget(paths, diffId, isInflated || blob.digest === diffId);
}

function tarBytes(request: UnpackRequest, onProgress: (current: number) => void): AsyncIterable<Uint8Array> {
  const { into, isInflated, blob, limits } = request;
  if (!isInflated) return decompressed(fileBytes(blobPath(request), onProgress), { limits, lendsChunks: true });
  const { tar } = layerPaths(into);
  const { size } = statSync(tar);
  return fileBytes(tar, (current) => onProgress(Math.round((current / size) * blob.size)));
}

function blobPath({ blob, blobsDir }: UnpackRequest): string {
  return new FileBlobStore(blobsDir).pathOf(blob.digest);
}

interface TarReading extends Pick<UnpackWatch, 'checkStop'> {
  readonly diffId: Digest;
  /** The usual ones, unless told. */
  readonly limits?: ExpansionLimits;
}

async function readTar(
  tar: AsyncIterable<Uint8Array>,
  target: LayerTarget,
  { diffId, checkStop, limits }: TarReading,
): Promise<{ readonly root: TreeNode; readonly tarSize: number }> {
  const unpacker = new LayerUnpacker(target.tree);
  const parser = new TarParser(unpacker, limits);
  const hash = createHash('sha256');
  let tarSize = 0;
  for await (const chunk of tar) {
    checkStop();
    tarSize += chunk.byteLength;
    hash.update(chunk);
    target.write(chunk);
    parser.write(chunk);
  }
  parser.end();
  const actual = hash.digest('hex');
  if (actual !== digestHex(diffId)) {
    throw new EngineError(
      'corrupt',
      `its bytes unpacked are those of sha256:${actual}, and not the ones the image names`,
    );
  }
  return { root: unpacker.tree.root, tarSize };
}

/**
 * Bytes of a blob, or of the tar that it has become: whether they are the layer's shows at the end, by the tar's hash.
 *
 * Read synchronously: a thread has nothing better to do meanwhile, and what it is left amid is closed at once.
 */
async function* fileBytes(path: string, onProgress: (current: number) => void): AsyncGenerator<Uint8Array> {
  const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    let current = 0;
    const chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);
    for (;;) {
      const bytesRead = readSync(file, chunk, 0, CHUNK_BYTES, current);
      if (bytesRead === 0) return;
      yield chunk.subarray(0, bytesRead);
      current += bytesRead;
      onProgress(current);
    }
  } finally {
    closeSync(file);
  }
}

/** If the blob isn't what it was, or isn't there, no archive is to blame. */
async function damageOf({ blob, blobsDir }: UnpackRequest, error: unknown): Promise<unknown> {
  const chunks = new FileBlobStore(blobsDir).open(blob.digest);
  try {
    while ((await chunks.next()).done !== true);
    return error;
  } catch (damage) {
    return damage;
  }
}

function explained(error: unknown, diffId: Digest): unknown {
  if (error instanceof EngineError && ['corrupt', 'unsupported', 'too-large'].includes(error.code)) {
    return new EngineError(error.code, `The layer ${diffId} can't be used: ${error.message}.`, { cause: error });
  }
  if (errnoOf(error) === 'ENAMETOOLONG') {
    return new EngineError('corrupt', `The layer ${diffId} can't be used: a name in it is too long for this disk.`, {
      cause: error,
    });
  }
  return explainWriteFailure(error, `the layer ${diffId}`);
}
