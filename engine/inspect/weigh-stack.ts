import type { HiddenPath } from '#engine/contract/waste.ts';
import type { EntryIndex } from '#engine/layer/entry-index.ts';
import { StackTree } from '#engine/layer/stack-tree.ts';

/** A regular file of one of the layers; its hard links are the same bytes. */
export interface LayerFile {
  readonly layer: number;
  readonly entry: number;
  readonly path: string;
  readonly size: number;
}

/** What the layers of an image ship, told apart by whether the image shows it. */
export class WeighedStack {
  readonly tree: StackTree;
  /** Of each layer a byte an entry: 1 for a file whose bytes are seen, by whatever name. */
  readonly #visible: readonly Uint8Array[];

  /** @param indexes one per layer, base first. */
  constructor(indexes: readonly EntryIndex[]) {
    this.tree = StackTree.of(indexes);
    this.#visible = indexes.map(({ count }) => new Uint8Array(count));
    const top = indexes.length - 1;
    for (let node = 0; node < this.tree.count; node += 1) {
      const place = this.tree.placeOf(this.tree.eventAt(node, top));
      if (place === undefined) continue;
      const { index, layer, entry } = place;
      // The bytes of a file that is gone by its own name may be seen through a hard link of its.
      const isLink = index.type(entry) === 'hardlink';
      const file = isLink ? index.find(index.linkTarget(entry) ?? '') : entry;
      this.#visible[layer]?.fill(1, file ?? entry, (file ?? entry) + 1);
    }
  }

  get indexes(): readonly EntryIndex[] {
    return this.tree.indexes;
  }

  isVisible({ layer, entry }: Pick<LayerFile, 'layer' | 'entry'>): boolean {
    return this.#visible[layer]?.[entry] === 1;
  }

  /** All of them, by layers and then in the order of the index. */
  *files(): Generator<LayerFile> {
    for (const [layer, index] of this.indexes.entries()) yield* filesOf(index, layer);
  }

  /** Paths of which bytes are shipped that nobody sees. */
  *hidden(): Generator<{ readonly node: number; readonly bytes: number }> {
    for (let node = 1; node < this.tree.count; node += 1) {
      let bytes = 0;
      for (const { size } of this.#hiddenCopies(node)) bytes += size;
      if (bytes > 0) yield { node, bytes };
    }
  }

  describeHidden({ node, bytes }: { readonly node: number; readonly bytes: number }): HiddenPath {
    const last = this.tree.events(node).end - 1;
    return {
      path: this.tree.path(node),
      bytes,
      layers: Array.from(this.#hiddenCopies(node), ({ layer }) => layer),
      hiddenBy: this.tree.layerOf(last),
      isRemoved: this.tree.placeOf(last) === undefined,
    };
  }

  /** The layer that hides a file of a layer below it; undefined when the image shows it. */
  hiddenBy(file: Omit<LayerFile, 'size'>): number | undefined {
    if (this.isVisible(file)) return undefined;
    const node = this.tree.find(file.path);
    if (node === undefined) return undefined;
    const { first, end } = this.tree.events(node);
    for (let event = first; event < end; event += 1) {
      if (this.tree.layerOf(event) > file.layer) return this.tree.layerOf(event);
    }
    return undefined;
  }

  *#hiddenCopies(node: number): Generator<{ readonly layer: number; readonly size: number }> {
    const { first, end } = this.tree.events(node);
    for (let event = first; event < end; event += 1) {
      const place = this.tree.placeOf(event);
      if (place === undefined || this.isVisible(place) || place.index.type(place.entry) !== 'file') continue;
      yield { layer: place.layer, size: place.index.size(place.entry) };
    }
  }
}

/** Children stand together, so a directory's path is made once for all of them. */
function* filesOf(index: EntryIndex, layer: number): Generator<LayerFile> {
  let directory = 0;
  let prefix = '';
  for (let entry = 1; entry < index.count; entry += 1) {
    if (index.type(entry) !== 'file') continue;
    const parent = index.parent(entry) ?? 0;
    if (parent !== directory) {
      directory = parent;
      prefix = parent === 0 ? '' : index.path(parent);
    }
    yield { layer, entry, path: `${prefix}/${index.name(entry)}`, size: index.size(entry) };
  }
}
