import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';

import { pathBytes } from '#engine/archive/path-text.ts';
import type { Digest } from '#engine/contract/digest.ts';
import { EngineError } from '#engine/contract/errors.ts';
import type { FilePreview } from '#engine/contract/layer.ts';

import { findEntry, type FoundEntry } from './find-entry.ts';
import type { LayerStore } from './layer-store.ts';
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
  const found = await find(layers, diffIds.slice(0, to + 1), { path, followLast: true });
  return readBytes(layers, diffIds, found, FILE_BYTES);
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

function isFile({ index, entry }: FoundEntry): boolean {
  return ['file', 'hardlink'].includes(index.type(entry));
}

/**
 * The entry's own path in its own layer's tree leads through directories of that tree only, so nothing is followed;
 * O_NOFOLLOW holds for the last name.
 */
async function readBytes(
  layers: LayerStore,
  diffIds: readonly Digest[],
  found: FoundEntry,
  limit: number,
): Promise<Uint8Array> {
  const { index, entry, layer } = found;
  const diffId = diffIds[layer];
  const path = index.path(entry);
  if (diffId === undefined || !isFile(found)) {
    throw new EngineError('invalid-argument', `${path} is a ${index.type(entry)}, not a file that could be read.`);
  }
  // As bytes, because a name that isn't UTF-8 has a text of ours only.
  const place = pathBytes(join(layers.treePath(diffId), path));
  await using file = await open(place, constants.O_RDONLY | constants.O_NOFOLLOW);
  const buffer = Buffer.alloc(Math.min(limit, index.size(entry)));
  const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
  return buffer.subarray(0, bytesRead);
}
