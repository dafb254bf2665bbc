import { pathBytes } from '#engine/archive/path-text.ts';
import { atOnce } from '#engine/async/in-turns.ts';

import { buildStack } from './build-stack.ts';
import type { EntryIndex, EntryRange } from './entry-index.ts';
import type { NamePrefix } from './name-prefix.ts';
import { memoryOf, NEVER, REMOVED, type StackColumns } from './stack-columns.ts';

/** An entry of one of the layers. */
export interface Place {
  readonly layer: number;
  readonly index: EntryIndex;
  readonly entry: number;
}

/** A hard link's bytes count where the file is. */
export function fileBytes(place: Place | undefined): number {
  return place?.index.type(place.entry) === 'file' ? place.index.size(place.entry) : 0;
}

/**
 * Every path that any layer of a stack has, as one tree, and what each layer does to it: its events, lowest layer first,
 * a writing or a taking away, at most one a layer.
 *
 * Built once for a stack; what any of its layers or ranges shows is read from the events. Nodes are numbers from 0, the
 * root, to `count - 1`; children are contiguous, sorted by the bytes of their names, and come after their parents.
 */
export class StackTree {
  readonly indexes: readonly EntryIndex[];
  readonly count: number;
  readonly columns: StackColumns;

  private constructor(indexes: readonly EntryIndex[], columns: StackColumns) {
    this.indexes = indexes;
    this.columns = columns;
    this.count = columns.parents.length;
  }

  /** @param indexes one per layer, base first. @param how `anewAt`: the layer, if any, that hides all that is below it. */
  static of(indexes: readonly EntryIndex[], how: { readonly anewAt?: number } = {}): StackTree {
    return atOnce(StackTree.inSteps(indexes, how));
  }

  /** The same in steps of a few milliseconds: a million entries take a second. */
  static *inSteps(
    indexes: readonly EntryIndex[],
    { anewAt }: { readonly anewAt?: number } = {},
  ): Generator<void, StackTree> {
    return new StackTree(indexes, yield* buildStack(indexes, anewAt));
  }

  /** What it takes in memory, the indexes not counted. */
  get memoryBytes(): number {
    const columns: readonly ArrayBufferView[] = Object.values(this.columns);
    return memoryOf(columns);
  }

  children(node: number): EntryRange {
    const first = this.columns.firstChildren[node] ?? 0;
    return { first, end: first + (this.columns.childCounts[node] ?? 0) };
  }

  parent(node: number): number {
    return this.columns.parents[node] ?? 0;
  }

  name(node: number): string {
    if (node === 0) return '';
    return this.indexes[this.columns.namedLayers[node] ?? 0]?.name(this.columns.namedEntries[node] ?? 0) ?? '';
  }

  nameBegins(node: number, prefix: NamePrefix): boolean {
    const index = this.indexes[this.columns.namedLayers[node] ?? 0];
    return index?.nameBegins(this.columns.namedEntries[node] ?? 0, prefix) === true;
  }

  /** Absolute; `/` for the root. */
  path(node: number): string {
    const names: string[] = [];
    for (let at = node; at !== 0; at = this.parent(at)) names.push(this.name(at));
    return `/${names.toReversed().join('/')}`;
  }

  /** The node of a path, links not followed; undefined when no layer has it. */
  find(path: string): number | undefined {
    let node: number | undefined = 0;
    for (const name of path.split('/')) {
      if (name !== '' && node !== undefined) node = this.#childNamed(node, pathBytes(name));
    }
    return node;
  }

  /** Numbers of a node's events. */
  events(node: number): EntryRange {
    return { first: this.columns.eventOffsets[node] ?? 0, end: this.columns.eventOffsets[node + 1] ?? 0 };
  }

  /** The last of a node's events up to a layer, that one included; `NEVER` before the first. */
  eventAt(node: number, layer: number): number {
    const { eventOffsets, eventLayers } = this.columns;
    const first = eventOffsets[node] ?? 0;
    for (let event = (eventOffsets[node + 1] ?? 0) - 1; event >= first; event -= 1) {
      if ((eventLayers[event] ?? 0) <= layer) return event;
    }
    return NEVER;
  }

  layerOf(event: number): number {
    return this.columns.eventLayers[event] ?? 0;
  }

  /** What stands there after an event; undefined when it took the path away, or there was none. */
  placeOf(event: number): Place | undefined {
    const entry = event === NEVER ? REMOVED : (this.columns.eventEntries[event] ?? REMOVED);
    if (entry === REMOVED) return undefined;
    const layer = this.layerOf(event);
    const index = this.indexes[layer];
    return index === undefined ? undefined : { layer, index, entry };
  }

  #childNamed(node: number, name: Uint8Array): number | undefined {
    let { first: low, end: high } = this.children(node);
    while (low < high) {
      const middle = (low + high) >>> 1;
      const order = Buffer.compare(this.#nameBytes(middle), name);
      if (order === 0) return middle;
      if (order < 0) low = middle + 1;
      else high = middle;
    }
    return undefined;
  }

  #nameBytes(node: number): Uint8Array {
    const index = this.indexes[this.columns.namedLayers[node] ?? 0];
    return index?.nameBytes(this.columns.namedEntries[node] ?? 0) ?? Buffer.alloc(0);
  }
}
