import { encodeTarHeader, TAR_END, tarPadding, type TarRecord } from '#engine/archive/encode-tar.ts';
import type { TarEntryType } from '#engine/archive/tar-entry.ts';
import type { Digest } from '#engine/contract/digest.ts';
import { EngineError } from '#engine/contract/errors.ts';
import { fileChunks } from '#engine/layer/file-chunks.ts';
import { findEntry } from '#engine/layer/find-entry.ts';
import type { LayerStore } from '#engine/layer/layer-store.ts';
import { rangeOf } from '#engine/layer/recent-stacks.ts';
import type { StackRange } from '#engine/layer/stack-range.ts';
import type { Place } from '#engine/layer/stack-tree.ts';

/** A part of an image as one stack of layers has it. */
export interface StackPart {
  /** All of the image's, base first. */
  readonly diffIds: readonly Digest[];
  /** The layer that is the top. */
  readonly to: number;
  /** Links on the way are followed inside the image, one at its end is not. */
  readonly path: string;
}

/**
 * A file or a folder of an image as a tar, its own name the first in it; of the root, what is in the root. Nothing of it
 * is unpacked anywhere.
 *
 * @throws EngineError `not-found`
 */
export async function* tarOfStack(layers: LayerStore, { diffIds, to, path }: StackPart): AsyncGenerator<Uint8Array> {
  const indexes = await Promise.all(diffIds.map((diffId) => layers.index(diffId)));
  const found = findEntry(indexes.slice(0, to + 1), path, false);
  const range = rangeOf(indexes, 0, to);
  const node = found === undefined ? undefined : range.tree.find(found.index.path(found.entry));
  if (node === undefined) throw new EngineError('not-found', `There is no ${path} in this image up to this layer.`);
  const tar = new StackTar(layers, diffIds, range);
  yield* node === 0 ? tar.children(0, '') : tar.node(node, range.tree.name(node));
  yield TAR_END;
}

/** A whole stack of layers, base first, and the folder of a tar that it becomes: an empty one is the tar's own root. */
export interface StackRoot {
  readonly diffIds: readonly Digest[];
  readonly folder: string;
}

/** What is in whole stacks as one tar. */
export async function* tarOfRoots(layers: LayerStore, roots: readonly StackRoot[]): AsyncGenerator<Uint8Array> {
  for (const { diffIds, folder } of roots) {
    const indexes = await Promise.all(diffIds.map((diffId) => layers.index(diffId)));
    const range = indexes.length === 0 ? undefined : rangeOf(indexes, 0, indexes.length - 1);
    const prefix = folder === '' ? '' : `${folder}/`;
    if (prefix !== '') yield encodeTarHeader({ ...ROOT, name: prefix });
    if (range !== undefined) yield* new StackTar(layers, diffIds, range).children(0, prefix);
  }
  yield TAR_END;
}

const ROOT = {
  type: 'directory',
  linkName: '',
  size: 0,
  mode: 0o755,
  uid: 0,
  gid: 0,
  mtime: 0,
  major: 0,
  minor: 0,
} as const;

class StackTar {
  readonly #layers: LayerStore;
  readonly #diffIds: readonly Digest[];
  readonly #range: StackRange;
  /** Where a file with several names was written first. */
  readonly #linked = new Map<string, string>();

  constructor(layers: LayerStore, diffIds: readonly Digest[], range: StackRange) {
    this.#layers = layers;
    this.#diffIds = diffIds;
    this.#range = range;
  }

  /** @param prefix empty, or ends in a slash. */
  async *children(node: number, prefix: string): AsyncGenerator<Uint8Array> {
    const { first, end } = this.#range.tree.children(node);
    for (let child = first; child < end; child += 1) {
      yield* this.node(child, `${prefix}${this.#range.tree.name(child)}`);
    }
  }

  async *node(node: number, name: string): AsyncGenerator<Uint8Array> {
    const place = this.#range.now(node);
    const type = place?.index.type(place.entry);
    if (place === undefined || type === undefined || type === 'whiteout') return;
    if (type === 'directory') {
      yield encodeTarHeader(recordOf(place, { type, name: `${name}/` }), xattrsOf(place));
      yield* this.children(node, `${name}/`);
    } else if (type === 'file' || type === 'hardlink') yield* this.#file(place, name);
    else {
      const linkName = type === 'symlink' ? (place.index.linkTarget(place.entry) ?? '') : '';
      yield encodeTarHeader(recordOf(place, { type, name, linkName }), xattrsOf(place));
    }
  }

  async *#file(place: Place, name: string): AsyncGenerator<Uint8Array> {
    const { layer, index, entry } = place;
    // All names of a file have the path of the one that counts.
    const key = `${layer}:${index.type(entry) === 'hardlink' ? (index.linkTarget(entry) ?? '') : index.path(entry)}`;
    const known = this.#linked.get(key);
    if (known !== undefined) {
      yield encodeTarHeader(recordOf(place, { type: 'hardlink', name, linkName: known }));
      return;
    }
    this.#linked.set(key, name);
    const diffId = this.#diffIds[layer];
    const bytes = diffId === undefined ? undefined : await this.#layers.place(diffId, entry);
    const size = bytes?.size ?? 0;
    yield encodeTarHeader(recordOf(place, { type: 'file', name, size }), xattrsOf(place));
    if (bytes !== undefined) yield* fileChunks(bytes);
    yield tarPadding(size);
  }
}

function recordOf(
  { index, entry }: Place,
  { type, name, linkName = '', size = 0 }: { type: TarEntryType; name: string; linkName?: string; size?: number },
): TarRecord {
  const [mode, uid, gid, mtime] = [index.mode(entry), index.uid(entry), index.gid(entry), index.mtime(entry)];
  return { name, type, linkName, size, mode, uid, gid, mtime, ...index.device(entry) };
}

function xattrsOf({ index, entry }: Place): ReadonlyMap<string, Buffer> {
  const all = Object.entries(index.xattrs(entry));
  return new Map(all.map(([name, value]) => [name, Buffer.from(value, 'base64')]));
}
