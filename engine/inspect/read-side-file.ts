import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';

import { decompressed } from '#engine/archive/decompress.ts';
import { EngineError } from '#engine/contract/errors.ts';
import type { FilePreview } from '#engine/contract/layer.ts';
import { EntryIndex } from '#engine/layer/entry-index.ts';
import { readFileAt } from '#engine/layer/file-chunks.ts';
import { findEntry } from '#engine/layer/find-entry.ts';
import type { LayerStore } from '#engine/layer/layer-store.ts';
import { previewOf, PREVIEW_BYTES } from '#engine/layer/preview-bytes.ts';
import type { FileBeginning } from '#engine/layer/read-layer-file.ts';

import type { OpenSide, SideLayer } from './open-side.ts';

/**
 * The first bytes of a file as one of the things compared has it, links followed inside it only.
 *
 * @throws EngineError `not-found`, or `invalid-argument` for what isn't a file.
 */
export async function readSideFile(
  store: LayerStore,
  side: OpenSide,
  { path, limit }: { readonly path: string; readonly limit: number },
): Promise<FileBeginning> {
  const { bytes, size } = await findIn(store, side, { path, limit });
  return { bytes, size };
}

/** The file for people to look at. @throws EngineError as `readSideFile` does. */
export async function previewSideFile(store: LayerStore, side: OpenSide, path: string): Promise<FilePreview> {
  const { bytes, size, layer } = await findIn(store, side, { path, limit: PREVIEW_BYTES });
  return previewOf(bytes, size, layer);
}

async function findIn(
  store: LayerStore,
  side: OpenSide,
  { path, limit }: { readonly path: string; readonly limit: number },
): Promise<FileBeginning & { readonly layer: number }> {
  const layers = side.layers ?? [];
  const found = findEntry(await Promise.all(layers.map((layer) => indexOf(store, layer))), path, true);
  const from = found === undefined ? undefined : layers[found.layer]?.from;
  if (found === undefined || from === undefined) {
    throw new EngineError('not-found', `There is no file ${path} in ${side.name}.`);
  }
  const { index, layer } = found;
  const entry = fileOf(index, found.entry);
  if (index.type(entry) !== 'file') {
    throw new EngineError('invalid-argument', `${path} is a ${index.type(entry)}, not a file that could be read.`);
  }
  const size = index.size(entry);
  return { bytes: await bytesOf(store, from, { index, entry, length: Math.min(limit, size) }), size, layer };
}

function fileOf(index: EntryIndex, entry: number): number {
  const target = index.type(entry) === 'hardlink' ? index.linkTarget(entry) : undefined;
  return target === undefined ? entry : (index.find(target) ?? entry);
}

async function bytesOf(
  store: LayerStore,
  from: SideLayer['from'],
  { index, entry, length }: { readonly index: EntryIndex; readonly entry: number; readonly length: number },
): Promise<Buffer> {
  if (from.kind === 'tar') {
    const offset = index.tarOffset(entry);
    if (offset !== undefined) return readTarAt(from.path, { offset, length });
    throw new EngineError(
      'unsupported',
      `${index.path(entry)} is stored as a sparse file in this archive, and is not read from it; load the archive to see the file.`,
    );
  }
  const place = await store.place(from.diffId, entry);
  return place === undefined ? Buffer.alloc(0) : readFileAt(place, (read) => read(0, length));
}

function indexOf(store: LayerStore, { from, indexPath }: SideLayer): Promise<EntryIndex> {
  if (from.kind === 'store') return store.index(from.diffId);
  return readFile(indexPath).then((bytes) => EntryIndex.of(bytes));
}

/** A part of a tar that may be compressed: all before it is read too. */
async function readTarAt(
  path: string,
  { offset, length }: { readonly offset: number; readonly length: number },
): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let at = 0;
  for await (const chunk of decompressed(createReadStream(path))) {
    const end = at + chunk.length;
    if (end > offset) parts.push(chunk.subarray(Math.max(0, offset - at), Math.max(0, offset + length - at)));
    at = end;
    if (at >= offset + length) break;
  }
  return Buffer.concat(parts);
}
