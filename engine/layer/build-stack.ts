import type { EntryIndex } from './entry-index.ts';
import { NODES_A_STEP, REMOVED, type StackColumns } from './stack-columns.ts';

/** Entries of several layers that share a path, lowest layer first. */
interface Places {
  readonly layers: number[];
  readonly entries: number[];
}

/** A directory whose children have no nodes yet. */
interface Waiting {
  readonly places: Places;
  /** Layers, ascending, that take away whatever the ones below have in it. */
  readonly clears: readonly number[];
}

/**
 * Lays the layers of a stack over one another by the rules of the OCI image specification (layer.md, "Changesets"):
 * whiteouts take away, opaque directories begin anew, the last writer of a path wins. Each layer is gone through once,
 * directory by directory, so that children are contiguous and come after their parents.
 *
 * @param indexes one per layer, base first.
 * @param anewAt the layer, if any, that hides all that is below it, as if its root were opaque.
 */
export function buildStack(indexes: readonly EntryIndex[], anewAt?: number): Generator<void, StackColumns> {
  return new StackBuilder(indexes).build(anewAt);
}

class StackBuilder {
  readonly #indexes: readonly EntryIndex[];
  readonly #columns: StackColumns;
  readonly #waiting = new Map<number, Waiting>();
  #count = 0;
  #events = 0;

  constructor(indexes: readonly EntryIndex[]) {
    this.#indexes = indexes;
    // Every node has an entry at least, and what takes it away comes once after each writing.
    const most = Math.max(
      1,
      indexes.reduce((sum, { count }) => sum + count, 0),
    );
    this.#columns = {
      parents: new Uint32Array(most),
      firstChildren: new Uint32Array(most),
      childCounts: new Uint32Array(most),
      namedLayers: new Uint16Array(most),
      namedEntries: new Uint32Array(most),
      eventOffsets: new Uint32Array(most + 1),
      eventLayers: new Uint16Array(2 * most),
      eventEntries: new Uint32Array(2 * most),
    };
  }

  *build(anewAt: number | undefined): Generator<void, StackColumns> {
    this.#addRoot(anewAt === undefined ? [] : [anewAt]);
    for (let node = 0; node < this.#count; node += 1) {
      const waiting = this.#waiting.get(node);
      if (waiting === undefined) continue;
      this.#waiting.delete(node);
      this.#columns.firstChildren[node] = this.#count;
      yield* this.#addChildren(node, waiting);
      this.#columns.childCounts[node] = this.#count - (this.#columns.firstChildren[node] ?? 0);
    }
    return trimmed(this.#columns, this.#count, this.#events);
  }

  #addRoot(clears: readonly number[]): void {
    const layers = [...this.#indexes.keys()];
    for (const [layer, index] of this.#indexes.entries()) if (layer === 0 || !index.isImplied(0)) this.#emit(layer, 0);
    this.#columns.eventOffsets[1] = this.#events;
    this.#count = 1;
    this.#waiting.set(0, { places: { layers, entries: layers.map(() => 0) }, clears });
  }

  *#addChildren(parent: number, { places, clears }: Waiting): Generator<void, void> {
    const next: number[] = [];
    const ends: number[] = [];
    for (const [at, layer] of places.layers.entries()) {
      const range = this.#indexes[layer]?.children(places.entries[at] ?? 0);
      next.push(range?.first ?? 0);
      ends.push(range?.end ?? 0);
    }
    const child: Places = { layers: [], entries: [] };
    for (let lowest = this.#lowest(places.layers, next, ends); lowest !== -1;) {
      child.layers.length = 0;
      child.entries.length = 0;
      this.#takeSame({ layers: places.layers, next, ends }, lowest, child);
      this.#addNode(parent, child, clears);
      if (this.#count % NODES_A_STEP === 0) yield;
      lowest = this.#lowest(places.layers, next, ends);
    }
  }

  /** Which of the layers has the name that comes first among those that are still to come; -1 when none has any. */
  #lowest(layers: readonly number[], next: readonly number[], ends: readonly number[]): number {
    let best = -1;
    for (let at = 0; at < layers.length; at += 1) {
      if ((next[at] ?? 0) >= (ends[at] ?? 0)) continue;
      if (best === -1 || this.#compareNext(layers, next, { at, to: best }) < 0) best = at;
    }
    return best;
  }

  /** Moves on in every layer that has the same name, and notes its entry down. */
  #takeSame(
    cursors: { readonly layers: readonly number[]; readonly next: number[]; readonly ends: readonly number[] },
    lowest: number,
    child: Places,
  ): void {
    const { layers, next, ends } = cursors;
    const of = next[lowest] ?? 0;
    const index = this.#indexes[layers[lowest] ?? 0];
    for (let at = lowest; at < layers.length; at += 1) {
      const entry = next[at] ?? 0;
      const layer = layers[at] ?? 0;
      if (entry >= (ends[at] ?? 0)) continue;
      const own = this.#indexes[layer];
      if (index === undefined || own === undefined) continue;
      if (at !== lowest && own.compareNames(entry, index, of) !== 0) continue;
      child.layers.push(layer);
      child.entries.push(entry);
      next[at] = entry + 1;
    }
  }

  #compareNext(
    layers: readonly number[],
    next: readonly number[],
    { at, to }: { readonly at: number; readonly to: number },
  ): number {
    const [one, other] = [this.#indexes[layers[at] ?? 0], this.#indexes[layers[to] ?? 0]];
    return one === undefined || other === undefined ? 0 : one.compareNames(next[at] ?? 0, other, next[to] ?? 0);
  }

  #addNode(parent: number, places: Places, clears: readonly number[]): void {
    const node = this.#count;
    this.#count += 1;
    const columns = this.#columns;
    columns.parents[node] = parent;
    columns.namedLayers[node] = places.layers[0] ?? 0;
    columns.namedEntries[node] = places.entries[0] ?? 0;
    this.#addEvents(places, clears);
    columns.eventOffsets[node + 1] = this.#events;
    // Nearly all nodes are files, and for a million of them nothing may be made.
    if (!this.#hasDirectory(places)) return;
    this.#waiting.set(node, { places: this.#directoriesOf(places), clears: this.#clearsOf(places, clears) });
  }

  #addEvents({ layers, entries }: Places, clears: readonly number[]): void {
    let now = REMOVED;
    let nowLayer = 0;
    let cleared = 0;
    /** Up to a layer, that one not. */
    const clearUntil = (layer: number): void => {
      for (; cleared < clears.length && (clears[cleared] ?? 0) < layer; cleared += 1) {
        if (now !== REMOVED) this.#emit(clears[cleared] ?? 0, REMOVED);
        now = REMOVED;
      }
    };
    for (let at = 0; at < layers.length; at += 1) {
      const layer = layers[at] ?? 0;
      const entry = entries[at] ?? 0;
      clearUntil(layer);
      const isThere = now !== REMOVED;
      if (clears[cleared] === layer) {
        now = REMOVED;
        cleared += 1;
      }
      if (this.#isType(layer, entry, 'whiteout')) {
        if (isThere) this.#emit(layer, REMOVED);
        now = REMOVED;
      } else if (now === REMOVED || !this.#saysNothing(layer, entry) || !this.#isType(nowLayer, now, 'directory')) {
        this.#emit(layer, entry);
        now = entry;
        nowLayer = layer;
      }
    }
    clearUntil(Infinity);
  }

  /** A directory that only stands for what is in it says nothing about the one that is there. */
  #saysNothing(layer: number, entry: number): boolean {
    return this.#isType(layer, entry, 'directory') && this.#indexes[layer]?.isImplied(entry) === true;
  }

  #hasDirectory({ layers, entries }: Places): boolean {
    for (let at = 0; at < layers.length; at += 1) {
      if (this.#isType(layers[at] ?? 0, entries[at] ?? 0, 'directory')) return true;
    }
    return false;
  }

  #directoriesOf({ layers, entries }: Places): Places {
    const found: Places = { layers: [], entries: [] };
    for (let at = 0; at < layers.length; at += 1) {
      if (!this.#isType(layers[at] ?? 0, entries[at] ?? 0, 'directory')) continue;
      found.layers.push(layers[at] ?? 0);
      found.entries.push(entries[at] ?? 0);
    }
    return found;
  }

  /** Of what is in a directory: whatever takes the directory away, and what begins it anew. */
  #clearsOf({ layers, entries }: Places, clears: readonly number[]): readonly number[] {
    const own = layers.filter((layer, at) => {
      const entry = entries[at] ?? 0;
      return !this.#isType(layer, entry, 'directory') || this.#indexes[layer]?.isOpaque(entry) === true;
    });
    if (own.length === 0) return clears;
    return [...new Set([...clears, ...own])].toSorted((one, other) => one - other);
  }

  #isType(layer: number, entry: number, type: 'directory' | 'whiteout'): boolean {
    return this.#indexes[layer]?.type(entry) === type;
  }

  #emit(layer: number, entry: number): void {
    this.#columns.eventLayers[this.#events] = layer;
    this.#columns.eventEntries[this.#events] = entry;
    this.#events += 1;
  }
}

/** Each moved into memory of its own size, and what it had given back at once: a part of a typed array keeps all of it. */
function trimmed(columns: StackColumns, count: number, events: number): StackColumns {
  return {
    parents: words(columns.parents, count),
    firstChildren: words(columns.firstChildren, count),
    childCounts: words(columns.childCounts, count),
    namedLayers: halfWords(columns.namedLayers, count),
    namedEntries: words(columns.namedEntries, count),
    eventOffsets: words(columns.eventOffsets, count + 1),
    eventLayers: halfWords(columns.eventLayers, events),
    eventEntries: words(columns.eventEntries, events),
  };
}

function words({ buffer }: Uint32Array<ArrayBuffer>, length: number): Uint32Array<ArrayBuffer> {
  return new Uint32Array(buffer.transfer(Uint32Array.BYTES_PER_ELEMENT * length));
}

function halfWords({ buffer }: Uint16Array<ArrayBuffer>, length: number): Uint16Array<ArrayBuffer> {
  return new Uint16Array(buffer.transfer(Uint16Array.BYTES_PER_ELEMENT * length));
}
