import type { Digest } from '#engine/contract/digest.ts';

import type { WeighedStack } from './weigh-stack.ts';

/** Smaller files take a block of the disk whatever they hold. */
const LEAST_BYTES = 4096;

interface ShownAt {
  readonly path: string;
  readonly layer: number;
}

/**
 * Files that an image shows, by what they hold; files of a size of their own are no copies, and have no group.
 *
 * There may be millions: it takes some thirty bytes a file, in columns. A file is its number among those looked at, and a group
 * is the first of its files.
 */
export class ContentGroups {
  readonly #stack: WeighedStack;
  readonly #layers: Uint16Array;
  readonly #entries: Uint32Array;
  readonly #groups: Uint32Array;
  readonly #copies: Uint32Array;
  #count = 0;

  constructor(stack: WeighedStack) {
    this.#stack = stack;
    const sizes = repeatedSizes(stack);
    let most = 0;
    eachShown(stack, (_, __, size) => (most += isAmong(sizes, size) ? 1 : 0));
    this.#layers = new Uint16Array(most);
    this.#entries = new Uint32Array(most);
    this.#groups = new Uint32Array(most);
    this.#copies = new Uint32Array(most);
    const table = new GroupTable(most);
    eachShown(stack, (layer, entry, size) => {
      if (isAmong(sizes, size)) this.#add(table, layer, entry);
    });
  }

  /** Of which there is more than one copy, in the order of their first. */
  *repeated(): Generator<number> {
    for (let file = 0; file < this.#count; file += 1) if (this.copies(file) > 1) yield file;
  }

  copies(group: number): number {
    return this.#copies[group] ?? 0;
  }

  /** Bytes of one copy. */
  size(group: number): number {
    return this.#stack.indexes[this.#layers[group] ?? 0]?.size(this.#entries[group] ?? 0) ?? 0;
  }

  /** What one copy for all of them would save. */
  wastedBytes(group: number): number {
    return this.size(group) * (this.copies(group) - 1);
  }

  contentDigest(group: number): Digest | undefined {
    return this.#stack.indexes[this.#layers[group] ?? 0]?.contentDigest(this.#entries[group] ?? 0);
  }

  /** The first of the files of each group. */
  paths(groups: readonly number[], most: number): ReadonlyMap<number, ShownAt[]> {
    const found = new Map<number, ShownAt[]>(groups.map((group) => [group, []]));
    for (let file = 0; file < this.#count; file += 1) {
      const paths = found.get(this.#groups[file] ?? 0);
      if (paths === undefined || paths.length === most) continue;
      const layer = this.#layers[file] ?? 0;
      paths.push({ path: this.#stack.indexes[layer]?.path(this.#entries[file] ?? 0) ?? '', layer });
    }
    return found;
  }

  #add(table: GroupTable, layer: number, entry: number): void {
    const hash = this.#stack.indexes[layer]?.contentPrefix(entry);
    if (hash === undefined) return;
    const file = this.#count;
    this.#count += 1;
    this.#layers[file] = layer;
    this.#entries[file] = entry;
    const group = table.groupOf(file, hash, (other) => this.#isSame(file, other));
    this.#groups[file] = group;
    this.#copies[group] = (this.#copies[group] ?? 0) + 1;
  }

  #isSame(file: number, other: number): boolean {
    const { indexes } = this.#stack;
    const [one, two] = [indexes[this.#layers[file] ?? 0], indexes[this.#layers[other] ?? 0]];
    if (one === undefined || two === undefined) return false;
    return one.hasSameContent(this.#entries[file] ?? 0, two, this.#entries[other] ?? 0);
  }
}

/** Groups by a hash of what their files hold; a place that is taken gives way to the next. */
class GroupTable {
  /** One more than the group's number; 0 where there is none. */
  readonly #places: Uint32Array;

  constructor(most: number) {
    this.#places = new Uint32Array(2 ** Math.ceil(Math.log2(2 * most + 1)));
  }

  /** The group of a file, which is the file itself when nobody before it is the same. */
  groupOf(file: number, hash: number, isSame: (group: number) => boolean): number {
    const mask = this.#places.length - 1;
    for (let place = hash & mask; ; place = (place + 1) & mask) {
      const group = (this.#places[place] ?? 0) - 1;
      if (group !== -1 && !isSame(group)) continue;
      if (group === -1) this.#places[place] = file + 1;
      return group === -1 ? file : group;
    }
  }
}

/** Sorted. */
function repeatedSizes(stack: WeighedStack): Float64Array {
  let count = 0;
  eachShown(stack, () => (count += 1));
  const sizes = new Float64Array(count);
  let at = 0;
  eachShown(stack, (_, __, size) => {
    sizes[at] = size;
    at += 1;
  });
  sizes.sort();
  let kept = 0;
  for (let next = 1; next < count; next += 1) {
    const size = sizes[next] ?? 0;
    if (size !== sizes[next - 1] || (kept > 0 && sizes[kept - 1] === size)) continue;
    sizes[kept] = size;
    kept += 1;
  }
  return sizes.subarray(0, kept);
}

function isAmong(sorted: Float64Array, wanted: number): boolean {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0) < wanted) low = middle + 1;
    else high = middle;
  }
  return sorted[low] === wanted;
}

/** Files that are worth a look, by layers and then in the order of the index. */
function eachShown(stack: WeighedStack, visit: (layer: number, entry: number, size: number) => void): void {
  for (const [layer, index] of stack.indexes.entries()) {
    for (let entry = 0; entry < index.count; entry += 1) {
      if (index.type(entry) !== 'file') continue;
      const size = index.size(entry);
      if (size >= LEAST_BYTES && stack.isVisible({ layer, entry })) visit(layer, entry, size);
    }
  }
}
