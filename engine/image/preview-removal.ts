import type { Digest } from '#engine/contract/digest.ts';
import type { RemovalPreview } from '#engine/contract/store.ts';

import type { ImageParts } from './image-parts.ts';
import { named, sharers } from './image-sharing.ts';
import { planRemovals, type PlannedRemoval, type RemovalChoice } from './plan-removals.ts';
import { storeWeights, sumBytes } from './store-weights.ts';

/** What a removal would do, to the byte, without doing any of it. */
export function previewRemoval(parts: ImageParts, choice: RemovalChoice): RemovalPreview {
  return previewOf(parts, planRemovals(parts, choice));
}

export function previewOf(parts: ImageParts, plans: readonly PlannedRemoval[]): RemovalPreview {
  const weights = storeWeights(parts.database);
  const removed = plans.filter(({ isRemoved }) => isRemoved);
  const gone = new Set<Digest>(removed.filter(({ reasons }) => reasons.length === 0).map(({ id }) => id));
  const { freed, shared } = weights.split(gone);
  return {
    removed: removed.map(({ id }) => named(parts, id)),
    untagged: plans.flatMap(({ untagged }) => untagged),
    kept: plans.flatMap(({ id, reasons }) =>
      reasons.length === 0 ? [] : [{ ...named(parts, id), reasons: [...reasons] }],
    ),
    freedBytes: sumBytes(freed),
    sharedBytes: sumBytes(shared),
    sharedWith: sharers(parts, shared, gone),
    isMeasuring: [...gone].some((id) => weights.isMeasuring(id)),
  };
}
