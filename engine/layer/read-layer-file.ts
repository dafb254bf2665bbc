import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';

import { pathBytes } from '#engine/archive/path-text.ts';
import type { Digest } from '#engine/contract/digest.ts';
import { EngineError } from '#engine/contract/errors.ts';
import type { FilePreview } from '#engine/contract/layer.ts';

import { findEntry, type FoundEntry } from './find-entry.ts';
import type { LayerStore } from './layer-store.ts';

const PREVIEW_BYTES = 512 * 1024;
const DUMP_BYTES = 4096;
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
  if (size === 0 && isFile(found)) return { kind: 'empty', text: '', size: 0, isTruncated: false, layer };
  const bytes = await readBytes(layers, diffIds, found, PREVIEW_BYTES);
  const text = asText(bytes, size > bytes.length);
  if (text !== undefined) return { kind: 'text', text, size, isTruncated: size > bytes.length, layer };
  return { kind: 'binary', text: hexDump(bytes.subarray(0, DUMP_BYTES)), size, isTruncated: size > DUMP_BYTES, layer };
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

/** Undefined when it isn't UTF-8, or holds what no text does. */
function asText(bytes: Uint8Array, isCut: boolean): string | undefined {
  if (bytes.includes(0)) return undefined;
  try {
    // A cut may fall within a character: with `stream` its first bytes wait for the rest.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: isCut });
  } catch {
    return undefined;
  }
}

/** As `hexdump -C` has it. */
function hexDump(bytes: Uint8Array): string {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += 16) {
    const row = [...bytes.subarray(at, at + 16)];
    const hex = row.map((byte) => byte.toString(16).padStart(2, '0'));
    const words = `${hex.slice(0, 8).join(' ').padEnd(23)}  ${hex.slice(8).join(' ').padEnd(23)}`;
    const letters = row.map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '.')).join('');
    lines.push(`${at.toString(16).padStart(8, '0')}  ${words}  |${letters}|`);
  }
  return lines.join('\n');
}
