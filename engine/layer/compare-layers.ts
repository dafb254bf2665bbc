import type { RangeSummary } from '#engine/contract/layer.ts';

import type { EntryIndex } from './entry-index.ts';
import { mergedRange } from './merge-layers.ts';

/** What the layers `from..to` add up to, compared with the stack below them. */
export function summariseRange(indexes: readonly EntryIndex[], from: number, to: number): RangeSummary {
  const { root, addedBytes, hiddenBytes } = mergedRange(indexes, from, to);
  return { ...root.below, addedBytes, hiddenBytes };
}
