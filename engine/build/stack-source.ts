import { EngineError } from '#engine/contract/errors.ts';
import { digestHex, type Digest } from '#engine/contract/digest.ts';
import { pathBytes } from '#engine/archive/path-text.ts';
import type { EntryIndex } from '#engine/layer/entry-index.ts';
import { fileChunks } from '#engine/layer/file-chunks.ts';
import type { LayerStore } from '#engine/layer/layer-store.ts';

import { partsOf, type SourceEntry, type SourceTree } from './source-tree.ts';
import { byBytes } from './tar-source.ts';

/** One layer's part in something: of a directory there may be several, top first. */
interface Part {
  readonly diffId: Digest;
  readonly index: EntryIndex;
  readonly entry: number;
}

/** A stack of layers as one tree, by their indexes alone: only a file's bytes are read from its layer. */
export class StackSource implements SourceTree {
  readonly name: string;
  readonly #layers: LayerStore;
  readonly #root: readonly Part[];
  /** Of paths asked for, since a walk asks for neighbours. */
  readonly #seen = new Map<string, readonly Part[]>();

  private constructor(name: string, layers: LayerStore, root: readonly Part[]) {
    this.name = name;
    this.#layers = layers;
    this.#root = root;
  }

  /** @param diffIds base first. */
  static async open(layers: LayerStore, diffIds: readonly Digest[], name: string): Promise<StackSource> {
    const root = await Promise.all(
      diffIds.map(async (diffId) => ({ diffId, index: await layers.index(diffId), entry: 0 })),
    );
    return new StackSource(name, layers, root.toReversed());
  }

  /** A stack without layers. */
  static empty(layers: LayerStore, name: string): StackSource {
    return new StackSource(name, layers, []);
  }

  entry(path: string): Promise<SourceEntry | undefined> {
    const [top] = this.#parts(path);
    return Promise.resolve(top === undefined ? emptyRoot(path) : describe(top, path));
  }

  names(directory: string): Promise<readonly string[]> {
    const present = new Set<string>();
    const hidden = new Set<string>();
    for (const { index, entry } of this.#parts(directory)) {
      const { first, end } = index.children(entry);
      const here = Array.from({ length: end - first }, (_, at) => first + at);
      for (const child of here) {
        const name = index.name(child);
        if (present.has(name) || hidden.has(name)) continue;
        (index.type(child) === 'whiteout' ? hidden : present).add(name);
      }
    }
    return Promise.resolve([...present].toSorted(byBytes));
  }

  digest({ path }: SourceEntry): Promise<string> {
    const [top] = this.#parts(path);
    const digest = top?.index.contentDigest(top.entry);
    if (digest === undefined) throw new EngineError('not-found', `There is no file ${path} in ${this.name}.`);
    return Promise.resolve(digestHex(digest));
  }

  async *open({ path }: SourceEntry): AsyncGenerator<Uint8Array> {
    const [top] = this.#parts(path);
    const place = top === undefined ? undefined : await this.#layers.place(top.diffId, top.entry);
    if (place === undefined) throw new EngineError('not-found', `There is no file ${path} in ${this.name}.`);
    yield* fileChunks(place);
  }

  #parts(path: string): readonly Part[] {
    if (path === '') return this.#root;
    const known = this.#seen.get(path);
    if (known !== undefined) return known;
    const names = partsOf(path);
    const above = this.#parts(names.slice(0, -1).join('/'));
    const found = childParts(above, pathBytes(names.at(-1) ?? ''));
    this.#seen.set(path, found);
    return found;
  }
}

/** A file hides what is below it, and so does a whiteout or a directory that begins anew. */
function childParts(above: readonly Part[], name: Uint8Array): readonly Part[] {
  const found: Part[] = [];
  for (const { diffId, index, entry } of above) {
    const child = index.childNamed(entry, name);
    if (child === undefined) continue;
    const type = index.type(child);
    if (type === 'whiteout' || (type !== 'directory' && found.length > 0)) break;
    found.push({ diffId, index, entry: child });
    if (type !== 'directory' || index.isOpaque(child)) break;
  }
  return found;
}

function emptyRoot(path: string): SourceEntry | undefined {
  if (path !== '') return undefined;
  return { path, type: 'directory', mode: 0o755, uid: 0, gid: 0, mtime: 0, size: 0, linkTarget: '' };
}

function describe({ index, entry }: Part, path: string): SourceEntry {
  const type = index.type(entry);
  const isFile = type === 'file' || type === 'hardlink';
  const xattrs = index.xattrs(entry);
  return {
    path,
    type: isFile ? 'file' : type === 'directory' || type === 'symlink' ? type : 'other',
    mode: index.mode(entry),
    uid: index.uid(entry),
    gid: index.gid(entry),
    mtime: index.mtime(entry),
    size: isFile ? index.size(entry) : 0,
    linkTarget: index.linkTarget(entry) ?? '',
    ...(Object.keys(xattrs).length === 0 ? {} : { xattrs }),
  };
}
