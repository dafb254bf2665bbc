import { inTurns } from '#engine/async/in-turns.ts';

import type { EntryIndex } from './entry-index.ts';
import { StackRange } from './stack-range.ts';
import { StackTree } from './stack-tree.ts';

/** What is kept in memory beside the one last looked at. */
const KEPT_BYTES = 64 * 1024 * 1024;

/** What was used last, as long as all of it together is small enough. */
class Recent<V> {
  readonly #values = new Map<string, { readonly value: V; readonly bytes: number }>();
  #bytes = 0;

  get(key: string): V | undefined {
    const found = this.#values.get(key);
    if (found === undefined) return undefined;
    this.#values.delete(key);
    this.#values.set(key, found);
    return found.value;
  }

  set(key: string, value: V, bytes: number): void {
    this.#bytes -= this.#values.get(key)?.bytes ?? 0;
    this.#values.delete(key);
    this.#values.set(key, { value, bytes });
    this.#bytes += bytes;
    for (const [oldest, gone] of this.#values) {
      if (this.#bytes <= KEPT_BYTES || oldest === key) return;
      this.#values.delete(oldest);
      this.#bytes -= gone.bytes;
    }
  }
}

const trees = new Recent<StackTree>();
const ranges = new Recent<StackRange>();

/** The tree of a stack, remembered for those last looked at. @param indexes one per layer, base first. */
export function stackOf(indexes: readonly EntryIndex[]): StackTree {
  const key = keyOf(indexes);
  const known = trees.get(key);
  if (known !== undefined) return known;
  const tree = StackTree.of(indexes);
  trees.set(key, tree, tree.memoryBytes);
  return tree;
}

/** What a range of the layers does, remembered: a tree is opened directory by directory. */
export function rangeOf(indexes: readonly EntryIndex[], from: number, to: number): StackRange {
  const key = `${keyOf(indexes)} ${from} ${to}`;
  const known = ranges.get(key);
  if (known !== undefined) return known;
  const range = StackRange.of(stackOf(indexes), from, to);
  ranges.set(key, range, range.memoryBytes);
  return range;
}

/** The same as `stackOf`, without keeping who else asks the engine waiting. */
export async function stackInTurns(indexes: readonly EntryIndex[]): Promise<StackTree> {
  const key = keyOf(indexes);
  const known = trees.get(key);
  if (known !== undefined) return known;
  const tree = await inTurns(StackTree.inSteps(indexes));
  trees.set(key, tree, tree.memoryBytes);
  return tree;
}

const preparing = new Map<string, Promise<void>>();

/** Makes what `rangeOf` answers at once, without keeping who else asks the engine waiting: a million entries take a second. */
export async function prepareRange(indexes: readonly EntryIndex[], from: number, to: number): Promise<void> {
  const key = `${keyOf(indexes)} ${from} ${to}`;
  if (ranges.get(key) !== undefined) return;
  const work = preparing.get(key) ?? prepare(indexes, { from, to }).finally(() => preparing.delete(key));
  preparing.set(key, work);
  await work;
}

async function prepare(
  indexes: readonly EntryIndex[],
  { from, to }: { readonly from: number; readonly to: number },
): Promise<void> {
  const tree = await stackInTurns(indexes);
  const range = await inTurns(StackRange.inSteps(tree, from, to));
  ranges.set(`${keyOf(indexes)} ${from} ${to}`, range, range.memoryBytes);
}

function keyOf(indexes: readonly EntryIndex[]): string {
  return indexes.map(({ record }) => record.diffId).join(' ');
}
