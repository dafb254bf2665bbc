import { atOnce } from '#engine/async/in-turns.ts';
import { entryChange, type EntryChange, type RangeSummary } from '#engine/contract/layer.ts';

import { changeBetween } from './compare-entries.ts';
import { memoryOf, NODES_A_STEP } from './stack-columns.ts';
import { fileBytes, type Place, type StackTree } from './stack-tree.ts';

/** Changes beneath a directory, by kind. */
export type ChangeCounts = Record<Exclude<EntryChange, 'unchanged'>, number>;

const changes = entryChange.options;
const UNCHANGED = changes.indexOf('unchanged');
/** Kinds of changes that are counted: they come first among `changes`. */
const COUNTED = UNCHANGED;

/**
 * What a range of layers, both ends included, does to the stack below it: for every node what it was below the range and
 * what it is at its top.
 */
export class StackRange {
  readonly tree: StackTree;
  readonly from: number;
  readonly to: number;
  readonly #before: Uint32Array;
  readonly #now: Uint32Array;
  readonly #changes: Uint8Array;
  /** Of nodes with children, and only of them: their number among these, and what is at them and beneath. */
  readonly #inner: Uint32Array;
  readonly #bytes: Float64Array;
  readonly #bytesBefore: Float64Array;
  readonly #counts: Uint32Array;
  #addedBytes = 0;
  #hiddenBytes = 0;

  /** Of nothing yet: `look` fills it. */
  protected constructor(tree: StackTree, from: number, to: number) {
    this.tree = tree;
    this.from = from;
    this.to = to;
    this.#before = new Uint32Array(tree.count);
    this.#now = new Uint32Array(tree.count);
    this.#changes = new Uint8Array(tree.count);
    this.#inner = innerNumbers(tree);
    const inner = (this.#inner.at(-1) ?? 0) + 1;
    this.#bytes = new Float64Array(inner);
    this.#bytesBefore = new Float64Array(inner);
    this.#counts = new Uint32Array(COUNTED * inner);
  }

  static of(tree: StackTree, from: number, to: number): StackRange {
    return atOnce(StackRange.inSteps(tree, from, to));
  }

  /** The same in steps of a few milliseconds. */
  static *inSteps(tree: StackTree, from: number, to: number): Generator<void, StackRange> {
    const range = new StackRange(tree, from, to);
    yield* range.look();
    return range;
  }

  protected *look(): Generator<void, void> {
    // Children before their parents: what is beneath a node is whole when the node is reached.
    for (let node = this.tree.count - 1; node >= 0; node -= 1) {
      this.#lookAt(node);
      if (node % NODES_A_STEP === 0) yield;
    }
  }

  /** What it takes in memory, the tree not counted. */
  get memoryBytes(): number {
    return memoryOf([
      this.#before,
      this.#now,
      this.#changes,
      this.#inner,
      this.#bytes,
      this.#bytesBefore,
      this.#counts,
    ]);
  }

  get summary(): RangeSummary {
    return { ...this.below(0), addedBytes: this.#addedBytes, hiddenBytes: this.#hiddenBytes };
  }

  /** At the top of the range; undefined when it isn't there. */
  now(node: number): Place | undefined {
    return this.tree.placeOf(this.#now[node] ?? 0);
  }

  /** Below the range. */
  before(node: number): Place | undefined {
    return this.tree.placeOf(this.#before[node] ?? 0);
  }

  /** What stands there, or what was taken away by the range; what came and went within it is neither. */
  shown(node: number): Place | undefined {
    return this.now(node) ?? this.before(node);
  }

  /** The layer that last wrote or removed it. */
  writtenBy(node: number): number {
    return this.tree.layerOf(this.#now[node] ?? 0);
  }

  change(node: number): EntryChange {
    return changes[this.#changes[node] ?? UNCHANGED] ?? 'unchanged';
  }

  /** Bytes of the files at it and beneath. */
  bytes(node: number): number {
    if (this.#isInner(node)) return this.#bytes[this.#inner[node] ?? 0] ?? 0;
    return fileBytes(this.now(node));
  }

  bytesBefore(node: number): number {
    if (this.#isInner(node)) return this.#bytesBefore[this.#inner[node] ?? 0] ?? 0;
    return fileBytes(this.before(node));
  }

  /** Changes beneath it, itself not counted. */
  below(node: number): ChangeCounts {
    const at = this.#isInner(node) ? COUNTED * (this.#inner[node] ?? 0) : -1;
    const count = (kind: EntryChange): number => (at === -1 ? 0 : (this.#counts[at + changes.indexOf(kind)] ?? 0));
    return {
      added: count('added'),
      changed: count('changed'),
      metadata: count('metadata'),
      removed: count('removed'),
    };
  }

  #isInner(node: number): boolean {
    return (this.tree.columns.childCounts[node] ?? 0) > 0;
  }

  #lookAt(node: number): void {
    const { tree, from, to } = this;
    const now = tree.eventAt(node, to);
    const before = tree.eventAt(node, from - 1);
    this.#now[node] = now;
    this.#before[node] = before;
    const [nowPlace, beforePlace] = [tree.placeOf(now), before === now ? undefined : tree.placeOf(before)];
    const change = before === now ? 'unchanged' : changeBetween(beforePlace, nowPlace);
    this.#changes[node] = changes.indexOf(change);
    const bytes = fileBytes(nowPlace);
    const bytesBefore = before === now ? bytes : fileBytes(beforePlace);
    if (change === 'added' || change === 'changed') this.#addedBytes += bytes;
    if (change === 'removed' || change === 'changed') this.#hiddenBytes += bytesBefore;
    this.#addUp(node, { change, bytes, bytesBefore });
  }

  #addUp(
    node: number,
    own: { readonly change: EntryChange; readonly bytes: number; readonly bytesBefore: number },
  ): void {
    const at = this.#inner[node] ?? 0;
    const isInner = this.#isInner(node);
    if (isInner) this.#addBytes(at, own.bytes, own.bytesBefore);
    if (node === 0) return;
    const parent = this.#inner[this.tree.parent(node)] ?? 0;
    if (!isInner) this.#addBytes(parent, own.bytes, own.bytesBefore);
    else this.#addInner(parent, at);
    const kind = changes.indexOf(own.change);
    if (kind < COUNTED) this.#count(parent, kind, 1);
  }

  #addInner(parent: number, at: number): void {
    this.#addBytes(parent, this.#bytes[at] ?? 0, this.#bytesBefore[at] ?? 0);
    for (let kind = 0; kind < COUNTED; kind += 1) this.#count(parent, kind, this.#counts[COUNTED * at + kind] ?? 0);
  }

  #addBytes(inner: number, bytes: number, bytesBefore: number): void {
    this.#bytes[inner] = (this.#bytes[inner] ?? 0) + bytes;
    this.#bytesBefore[inner] = (this.#bytesBefore[inner] ?? 0) + bytesBefore;
  }

  #count(inner: number, kind: number, more: number): void {
    const at = COUNTED * inner + kind;
    this.#counts[at] = (this.#counts[at] ?? 0) + more;
  }
}

/** Of each node its number among those with children, or of the last of them before it. */
function innerNumbers({ count, columns }: StackTree): Uint32Array {
  const numbers = new Uint32Array(count);
  let next = 0;
  for (let node = 1; node < count; node += 1) {
    if ((columns.childCounts[node] ?? 0) > 0) next += 1;
    numbers[node] = next;
  }
  return numbers;
}
