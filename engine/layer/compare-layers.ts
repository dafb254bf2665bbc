import type { RangeSummary } from '#engine/contract/layer.ts';

import type { EntryIndex } from './entry-index.ts';
import { rangeOf } from './recent-stacks.ts';

/** What the layers `from..to` add up to, compared with the stack below them. */
export function summariseRange(indexes: readonly EntryIndex[], from: number, to: number): RangeSummary {
  return rangeOf(indexes, from, to).summary;
}
