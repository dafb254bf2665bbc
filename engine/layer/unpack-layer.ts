import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { z } from 'zod';

import { decompressed } from '#engine/archive/decompress.ts';
import { TarParser } from '#engine/archive/tar-parser.ts';
import { errnoOf, explainWriteFailure } from '#engine/content/file-failures.ts';
import { FileBlobStore } from '#engine/content/file-blob-store.ts';
import { digest, digestHex, type Digest } from '#engine/contract/digest.ts';
import { EngineError } from '#engine/contract/errors.ts';

import { encodeEntryIndex } from './encode-entry-index.ts';
import type { LayerRecord } from './layer-store.ts';
import { LayerUnpacker } from './layer-unpacker.ts';
import type { TreeNode } from './tree-node.ts';
import { TreeWriter } from './tree-writer.ts';

/** What unpacking needs to know; plain data, to be sent to another thread. */
export const unpackRequest = z.object({
  diffId: digest,
  blob: z.object({ mediaType: z.string(), digest, size: z.int() }),
  blobsDir: z.string(),
  /** A directory that doesn't exist yet; of no use when unpacking fails. */
  into: z.string(),
  launcherPath: z.string(),
});
export type UnpackRequest = z.infer<typeof unpackRequest>;

/**
 * Makes `tree` and `index` in the directory, in one pass over the blob. Blocks its thread for most of the time.
 *
 * @throws EngineError `corrupt`, `unsupported`, `not-found`, `out-of-space`, each with the layer in its sentence.
 */
export async function unpackLayer(request: UnpackRequest, onProgress: (current: number) => void): Promise<LayerRecord> {
  try {
    return await unpack(request, onProgress);
  } catch (error) {
    throw explained(error, request.diffId);
  }
}

async function unpack(request: UnpackRequest, onProgress: (current: number) => void): Promise<LayerRecord> {
  const { blob, diffId, into } = request;
  mkdirSync(into, { mode: 0o711 });
  const writer = new TreeWriter({ root: join(into, 'tree'), launcherPath: request.launcherPath });
  const unpacker = new LayerUnpacker(writer);
  const parser = new TarParser(unpacker);
  const hash = createHash('sha256');
  for await (const chunk of decompressed(blobBytes(request, onProgress))) {
    hash.update(chunk);
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
  writer.finish(unpacker.tree.root);
  const { root } = unpacker.tree;
  const record: LayerRecord = {
    diffId,
    mediaType: blob.mediaType,
    blobDigest: blob.digest,
    compressedSize: blob.size,
    ...totals(root),
  };
  writeDurably(join(into, 'index'), encodeEntryIndex(record, root));
  syncDirectory(join(into, 'tree'));
  syncDirectory(into);
  return record;
}

/** To the very end, which is where the store says whether they are the blob's. */
async function* blobBytes(
  { blob, blobsDir }: UnpackRequest,
  onProgress: (current: number) => void,
): AsyncGenerator<Uint8Array> {
  let current = 0;
  for await (const chunk of new FileBlobStore(blobsDir).open(blob.digest)) {
    yield chunk;
    current += chunk.byteLength;
    onProgress(current);
  }
}

/** The root counts as an entry when the archive has one for it, and so does any other directory. */
function totals(root: TreeNode): { size: number; entryCount: number } {
  let size = 0;
  let entryCount = 0;
  for (const node of [...root.beneath(), root]) {
    if (node.type === 'file') size += node.size;
    if (!node.isImplied) entryCount += 1;
  }
  return { size, entryCount };
}

function writeDurably(path: string, bytes: Uint8Array): void {
  writeFileSync(path, bytes, { flag: 'wx', mode: 0o644, flush: true });
}

function syncDirectory(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function explained(error: unknown, diffId: Digest): unknown {
  if (error instanceof EngineError && (error.code === 'corrupt' || error.code === 'unsupported')) {
    return new EngineError(error.code, `The layer ${diffId} can't be used: ${error.message}.`, { cause: error });
  }
  if (errnoOf(error) === 'ENAMETOOLONG') {
    return new EngineError('corrupt', `The layer ${diffId} can't be used: a name in it is too long for this disk.`, {
      cause: error,
    });
  }
  return explainWriteFailure(error, `the layer ${diffId}`);
}
