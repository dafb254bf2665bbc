import { buffer } from 'node:stream/consumers';

import type { Digest } from '#engine/contract/digest.ts';
import { EngineError } from '#engine/contract/errors.ts';
import type { FilePreview } from '#engine/contract/layer.ts';

import { fileChunks } from './file-chunks.ts';
import { findEntry, type FoundEntry } from './find-entry.ts';
import type { FilePlace, LayerStore } from './layer-store.ts';
import { previewOf, PREVIEW_BYTES } from './preview-bytes.ts';

const FILE_BYTES = 1024 * 1024;

/**
 * The beginning of a file as the stack `0..to` has it, at most `limit` bytes (1 MiB).
 *
 * @throws EngineError `not-found` when there is none, `invalid-argument` for what isn't a file.
 */
export async function readLayerFile(
  layers: LayerStore,
  diffIds: readonly Digest[],
  to: number,
  path: string,
): Promise<Uint8Array> {
  return (await readStackFile(layers, diffIds.slice(0, to + 1), path, FILE_BYTES)).bytes;
}

/** A file for people to look at. A link at the end of the path is shown as what it says, those on the way are followed. */
export async function previewFile(
  layers: LayerStore,
  diffIds: readonly Digest[],
  to: number,
  path: string,
): Promise<FilePreview> {
  const found = await find(layers, diffIds.slice(0, to + 1), { path, followLast: false });
  const { index, entry, layer } = found;
  const size = index.size(entry);
  if (index.type(entry) === 'symlink') {
    return { kind: 'symlink', text: index.linkTarget(entry) ?? '', size: 0, isTruncated: false, layer };
  }
  return previewOf(await readBytes(layers, diffIds, found, PREVIEW_BYTES), size, layer);
}

/** As much of a file as was asked for. */
export interface FileBeginning {
  readonly bytes: Uint8Array;
  /** Of all of it. */
  readonly size: number;
}

/**
 * The first bytes of a file as a stack has it, links followed inside the image only.
 *
 * @throws EngineError `not-found`, or `invalid-argument` for what isn't a file.
 */
export async function readStackFile(
  layers: LayerStore,
  diffIds: readonly Digest[],
  path: string,
  limit: number,
): Promise<FileBeginning> {
  const found = await find(layers, diffIds, { path, followLast: true });
  return { bytes: await readBytes(layers, diffIds, found, limit), size: found.index.size(found.entry) };
}

/** A part of a file's bytes. */
export interface FilePart {
  readonly offset: number;
  readonly length: number;
}

/**
 * A file's bytes as the stack `0..to` has it, all or a part of them, links followed inside the image only.
 *
 * @throws EngineError `not-found`, or `invalid-argument` for what isn't a file.
 */
export async function* layerFileChunks(
  layers: LayerStore,
  diffIds: readonly Digest[],
  { to, path, part }: { readonly to: number; readonly path: string; readonly part?: FilePart | undefined },
): AsyncGenerator<Uint8Array> {
  const found = await find(layers, diffIds.slice(0, to + 1), { path, followLast: true });
  yield* fileChunks(partOf(await placeOf(layers, diffIds, found), part));
}

function partOf(place: FilePlace, part: FilePart | undefined): FilePlace {
  if (part === undefined) return place;
  const offset = Math.min(part.offset, place.size);
  return { ...place, offset: place.offset + offset, size: Math.min(part.length, place.size - offset) };
}

async function find(
  layers: LayerStore,
  diffIds: readonly Digest[],
  { path, followLast }: { readonly path: string; readonly followLast: boolean },
): Promise<FoundEntry> {
  const indexes = await Promise.all(diffIds.map((diffId) => layers.index(diffId)));
  const found = findEntry(indexes, path, followLast);
  if (found === undefined) throw new EngineError('not-found', `There is no ${path} in this image up to this layer.`);
  return found;
}

async function readBytes(
  layers: LayerStore,
  diffIds: readonly Digest[],
  found: FoundEntry,
  limit: number,
): Promise<Uint8Array> {
  const place = await placeOf(layers, diffIds, found);
  return buffer(fileChunks({ ...place, size: Math.min(limit, place.size) }));
}

async function placeOf(
  layers: LayerStore,
  diffIds: readonly Digest[],
  { index, entry, layer }: FoundEntry,
): Promise<FilePlace> {
  const diffId = diffIds[layer];
  const place = diffId === undefined ? undefined : await layers.place(diffId, entry);
  if (place !== undefined) return place;
  const path = index.path(entry);
  throw new EngineError('invalid-argument', `${path} is a ${index.type(entry)}, not a file that could be read.`);
}
