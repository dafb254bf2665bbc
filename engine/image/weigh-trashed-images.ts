import type { Digest } from '#engine/contract/digest.ts';
import type { TrashWeight } from '#engine/trash/trash-parts.ts';

import type { ImageParts } from './image-parts.ts';
import { allImages } from './image-records.ts';
import { storeWeights } from './store-weights.ts';

/**
 * What each entry keeps on the disk. An image that is listed, or that containers hold, here or in the trash, is not kept
 * by its own entries; one that several entries are about goes with the last of them.
 */
export function weighTrashedImages(parts: ImageParts): ReadonlyMap<string, TrashWeight> {
  const entriesOf = holdingEntries(parts);
  const weights = new Map<string, { own: number; counted: number }>();
  for (const entries of entriesOf.values()) for (const id of entries) weights.set(id, { own: 0, counted: 0 });
  const order = new Map(parts.trash.table.listKind('image').map(({ id }, index) => [id, index]));
  for (const { bytes, holders } of storeWeights(parts.database).objects) {
    const lists = [...holders].map((id) => entriesOf.get(id));
    if (lists.length === 0 || lists.includes(undefined)) continue;
    const entries = new Set(lists.flatMap((list) => list ?? []));
    const [newest] = [...entries].toSorted((one, other) => (order.get(one) ?? 0) - (order.get(other) ?? 0));
    const counted = newest === undefined ? undefined : weights.get(newest);
    if (counted === undefined) continue;
    counted.counted += bytes;
    if (entries.size === 1) counted.own += bytes;
  }
  return weights;
}

/** Entries by the image that only they keep. */
function holdingEntries({ database, usage, trash }: ImageParts): ReadonlyMap<Digest, readonly string[]> {
  const used = new Set(usage.containers().map(({ imageId }) => imageId));
  const removed = allImages(database).filter(({ id, isRemoved }) => isRemoved && !used.has(id));
  const held = removed.map(({ id }): [Digest, readonly string[]] | undefined => {
    const entries = trash.table.needing(id);
    const isKeptForOthers = entries.some(({ kind }) => kind !== 'image');
    return entries.length === 0 || isKeptForOthers ? undefined : [id, entries.map((entry) => entry.id)];
  });
  return new Map(held.filter((one) => one !== undefined));
}
