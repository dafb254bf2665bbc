import type { Digest } from '#engine/contract/digest.ts';
import { toEngineError } from '#engine/contract/errors.ts';
import type { RemovalOutcome } from '#engine/contract/store.ts';
import { removeFromTrash } from '#engine/trash/remove-from-trash.ts';

import type { ImageParts } from './image-parts.ts';
import { named } from './image-sharing.ts';
import { planRemovals, type PlannedRemoval, type RemovalChoice } from './plan-removals.ts';
import { previewOf } from './preview-removal.ts';
import { removeImage } from './remove-image.ts';
import { storeLedger } from './store-ledger.ts';
import { storeWeights, sumBytes } from './store-weights.ts';

export interface RemovalWish extends RemovalChoice {
  /** Not by way of the trash: the bytes are free when this returns. */
  readonly forGood: boolean;
}

/**
 * Removes several images or tags, and compares what was promised right before with what has come of it. One that can't be
 * removed stays, and says why; the others go.
 */
export async function removeImages(parts: ImageParts, { forGood, ...choice }: RemovalWish): Promise<RemovalOutcome> {
  await storeLedger(parts).settled();
  const plans = planRemovals(parts, choice);
  const preview = previewOf(parts, plans);
  const outcome = await removeAll(parts, plans, choice);
  const removed = preview.removed.filter(({ id }) => outcome.removed.has(id));
  const told = { removed, refused: outcome.refused, promisedBytes: preview.freedBytes };
  if (!forGood) {
    return { ...told, untagged: outcome.untagged, trash: outcome.trash, measuredBytes: heldNow(parts, outcome) };
  }
  let measuredBytes = 0;
  for (const entry of outcome.trash) measuredBytes += await removeFromTrash(parts.trash, entry);
  return { ...told, untagged: outcome.untagged, trash: [], measuredBytes };
}

interface Removed {
  readonly removed: Set<Digest>;
  readonly untagged: string[];
  readonly refused: RemovalOutcome['refused'];
  /** Newest first. */
  readonly trash: string[];
}

async function removeAll(
  parts: ImageParts,
  plans: readonly PlannedRemoval[],
  { selection, force }: RemovalChoice,
): Promise<Removed> {
  const cause = 'unused' in selection ? 'pruned' : 'removed';
  const outcome: Removed = { removed: new Set(), untagged: [], refused: [], trash: [] };
  for (const { id, asked, isRemoved, untagged: tags, reasons } of plans) {
    const name = named(parts, id);
    const users = reasons.filter(({ kind }) => kind === 'container').map((reason) => reason.name);
    if (!isRemoved && tags.length === 0) {
      const message = `${name.name} stays: ${users.join(', ')} ${users.length === 1 ? 'was' : 'were'} made from it; remove that first.`;
      outcome.refused.push({ ...name, message });
      continue;
    }
    try {
      // By its id an image goes with all its tags, which is what was chosen; containers still need force.
      for (const image of asked) {
        const { untagged, trash } = await removeImage(parts, image, { force: users.length === 0 || force, cause });
        outcome.untagged.push(...untagged);
        outcome.trash.unshift(...(trash === undefined ? [] : [trash]));
      }
      if (isRemoved) outcome.removed.add(id);
    } catch (error) {
      outcome.refused.push({ ...name, message: toEngineError(error).message });
    }
  }
  return outcome;
}

/** What is on the disk for the entries that were made, and for nothing else. */
function heldNow({ database, usage, trash }: ImageParts, { removed, trash: entries }: Removed): number {
  const used = new Set(usage.containers().map(({ imageId }) => imageId));
  const held = [...removed].filter(
    (id) => !used.has(id) && trash.table.needing(id).every((entry) => entries.includes(entry.id)),
  );
  return sumBytes(storeWeights(database).split(new Set(held)).freed);
}
