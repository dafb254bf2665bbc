import { createHash } from 'node:crypto';
import type { Stats } from 'node:fs';
import { lstat, readFile, readlink } from 'node:fs/promises';

import { onDisk, pathText } from '#engine/archive/path-text.ts';
import { isMissing } from '#engine/content/file-failures.ts';
import type { Digest } from '#engine/contract/digest.ts';
import { EngineError } from '#engine/contract/errors.ts';
import type { EntryType } from '#engine/contract/layer.ts';

import { EntryIndex } from './entry-index.ts';
import { fileChunks } from './file-chunks.ts';
import type { LayerStore } from './layer-store.ts';

export interface LayerCheck {
  readonly signal: AbortSignal;
  /** @param bytes that were looked at since it was last called. */
  readonly onBytes: (bytes: number) => void;
}

/**
 * Reads everything of a layer again, as it is on the disk and not as it is remembered: the index by its checksum, a tar by
 * the diff id, a tree entry by entry against the index. One chunk is in memory at a time.
 *
 * @throws EngineError `corrupt` with what is wrong first, `not-found`; the signal's reason.
 */
export async function checkLayer(layers: LayerStore, diffId: Digest, check: LayerCheck): Promise<void> {
  const index = await readIndex(layers, diffId);
  if ((await layers.tarPlace(diffId)) === undefined) await checkTree(layers, { diffId, index }, check);
  else for await (const chunk of layers.openTar(diffId)) counted(chunk, check);
}

async function readIndex(layers: LayerStore, diffId: Digest): Promise<EntryIndex> {
  try {
    return EntryIndex.of(await readFile(layers.indexPath(diffId)));
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw new EngineError('not-found', `the layer ${diffId} is not here`, { cause: error });
  }
}

interface Unpacked {
  readonly diffId: Digest;
  readonly index: EntryIndex;
}

async function checkTree(layers: LayerStore, { diffId, index }: Unpacked, check: LayerCheck): Promise<void> {
  const tree = await layers.unpacked(diffId);
  const pending = [0];
  for (let entry = pending.pop(); entry !== undefined; entry = pending.pop()) {
    check.signal.throwIfAborted();
    const path = `${tree}${index.path(entry)}`;
    const stats = await lstatOf(path);
    if (!isAsRecorded(stats, index, entry)) throw damaged(diffId, index.path(entry), 'is missing or another thing');
    if (index.type(entry) === 'symlink') await checkLink({ diffId, index }, entry, path);
    if (index.type(entry) === 'file') await checkFile(layers, { diffId, index, entry }, check);
    const { first, end } = index.children(entry);
    for (let child = first; child < end; child += 1) pending.push(child);
  }
}

async function checkFile(
  layers: LayerStore,
  { diffId, index, entry }: Unpacked & { readonly entry: number },
  check: LayerCheck,
): Promise<void> {
  const place = await layers.place(diffId, entry);
  if (place === undefined) return;
  const hash = createHash('sha256');
  for await (const chunk of fileChunks(place)) hash.update(counted(chunk, check));
  const expected = index.contentDigest(entry);
  if (expected !== undefined && `sha256:${hash.digest('hex')}` !== expected) {
    throw damaged(diffId, index.path(entry), 'has other bytes than it came with');
  }
}

async function checkLink({ diffId, index }: Unpacked, entry: number, path: string): Promise<void> {
  const target = pathText(await readlink(onDisk(path), { encoding: 'buffer' }));
  if (target !== index.linkTarget(entry)) throw damaged(diffId, index.path(entry), 'leads elsewhere');
}

/** Devices, pipes and whiteouts are made otherwise without root, and a hard link is what it links to. */
const looseTypes: ReadonlySet<EntryType> = new Set([
  'character-device',
  'block-device',
  'fifo',
  'whiteout',
  'hardlink',
]);

function isAsRecorded(stats: Stats | undefined, index: EntryIndex, entry: number): boolean {
  const type = index.type(entry);
  if (looseTypes.has(type)) return true;
  if (stats === undefined) return false;
  if (type === 'symlink') return stats.isSymbolicLink();
  if (type === 'directory' ? !stats.isDirectory() : !stats.isFile()) return false;
  const isOwned = stats.uid === index.uid(entry) && stats.gid === index.gid(entry);
  return index.isImplied(entry) || (isOwned && (stats.mode & 0o7777) === (index.mode(entry) & 0o7777));
}

async function lstatOf(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(onDisk(path));
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function counted(chunk: Uint8Array, { signal, onBytes }: LayerCheck): Uint8Array {
  signal.throwIfAborted();
  onBytes(chunk.length);
  return chunk;
}

function damaged(diffId: Digest, path: string, what: string): EngineError {
  return new EngineError('corrupt', `the layer ${diffId} was damaged on disk: ${path} ${what}`);
}
