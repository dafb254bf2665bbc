import { atOnce } from '#engine/async/in-turns.ts';
import type { EntryIndex } from '#engine/layer/entry-index.ts';
import { StackRange } from '#engine/layer/stack-range.ts';
import { StackTree } from '#engine/layer/stack-tree.ts';

/**
 * What leads from one stack to another. It is the range of the other's layers in a stack of both, where the first of them
 * begins anew: whatever shows what a range of layers does shows a comparison too.
 */
export class ComparedRange extends StackRange {
  /** @param split how many layers the one before has. */
  static between(tree: StackTree, split: number): ComparedRange {
    const range = new ComparedRange(tree, split, tree.indexes.length - 1);
    atOnce(range.look());
    return range;
  }

  /** Its layer in the stack that it is shown of. */
  override writtenBy(node: number): number {
    const layer = this.shown(node)?.layer ?? 0;
    return layer >= this.from ? layer - this.from : layer;
  }
}

/** @param before, now at least one each, base first. */
export function comparedRange(before: readonly EntryIndex[], now: readonly EntryIndex[]): ComparedRange {
  return ComparedRange.between(StackTree.of([...before, ...now], { anewAt: before.length }), before.length);
}
