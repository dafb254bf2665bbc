import type { Digest } from '#engine/contract/digest.ts';
import { EngineError } from '#engine/contract/errors.ts';
import { familiarName, parseReference, type Reference } from '#engine/contract/reference.ts';
import type { ImageSelection, KeptReason } from '#engine/contract/store.ts';

import type { ImageParts } from './image-parts.ts';
import { allImages, canonicalTagsOf, tagName } from './image-records.ts';
import { findPresent } from './resolve-image.ts';

/** What a removal of several would do with one image. */
export interface PlannedRemoval {
  readonly id: Digest;
  /** What is asked of `removeImage`, in this order: tags, or at last the id. */
  readonly asked: readonly string[];
  /** Familiar names that go. */
  readonly untagged: readonly string[];
  /** It is off the list afterwards, rather than without some of its tags. */
  readonly isRemoved: boolean;
  /** Why it, or what it is made of, stays all the same. */
  readonly reasons: readonly KeptReason[];
}

export interface RemovalChoice {
  readonly selection: ImageSelection;
  /** Also images that containers which don't run were made from: they stay, unlisted, until those are gone. */
  readonly force: boolean;
}

/**
 * What becomes of each image that is meant, as things stand now; synchronous, so that what is asked next is about the same.
 *
 * @throws EngineError `not-found` for a name that leads to no image.
 */
export function planRemovals(parts: ImageParts, { selection, force }: RemovalChoice): readonly PlannedRemoval[] {
  return [...meant(parts, selection)].map(([id, names]) => planOne(parts, { id, names, force }));
}

/** By image: the names of it that were chosen, canonical; `all` when its id was. */
function meant(parts: ImageParts, selection: ImageSelection): ReadonlyMap<Digest, 'all' | readonly string[]> {
  const { database, usage } = parts;
  const chosen = new Map<Digest, 'all' | readonly string[]>();
  if ('unused' in selection) {
    const used = new Set(usage.containers().map(({ imageId }) => imageId));
    for (const { id, isRemoved } of allImages(database)) {
      const isTagged = canonicalTagsOf(database, id).length > 0;
      if (!isRemoved && !used.has(id) && (selection.unused === 'all' || !isTagged)) chosen.set(id, 'all');
    }
    return chosen;
  }
  for (const image of selection.images) {
    const { id, reference } = findPresent(database, image);
    const names = reference === undefined ? 'all' : [canonical(reference)];
    const known = chosen.get(id) ?? [];
    chosen.set(id, names === 'all' || known === 'all' ? 'all' : [...known, ...names]);
  }
  return chosen;
}

function canonical(reference: Reference): string {
  const name = tagName(reference);
  if (name !== undefined) return name;
  throw new EngineError(
    'invalid-argument',
    `${familiarName(reference)} is what a registry calls an image; name it by a tag or its id.`,
  );
}

interface Meant {
  readonly id: Digest;
  readonly names: 'all' | readonly string[];
  readonly force: boolean;
}

function planOne(parts: ImageParts, { id, names, force }: Meant): PlannedRemoval {
  const tags = canonicalTagsOf(parts.database, id);
  const left = names === 'all' ? [] : tags.filter((tag) => !names.includes(tag));
  const familiar = (tag: string): string => familiarName(parseReference(tag));
  if (names !== 'all' && left.length > 0) {
    const reasons = left.map((tag): KeptReason => ({ kind: 'tag', name: familiar(tag) }));
    const untagged = names.map(familiar);
    return { id, asked: untagged, untagged, isRemoved: false, reasons };
  }
  const users = parts.usage.containers().filter(({ imageId }) => imageId === id);
  const reasons = [...users.map(usedBy), ...keptInTrash(parts, id)];
  const isRefused = users.some(({ running }) => running) || (users.length > 0 && !force);
  if (isRefused) return { id, asked: [id], untagged: [], isRemoved: false, reasons };
  return { id, asked: [id], untagged: tags.map(familiar), isRemoved: true, reasons };
}

function usedBy({ id, name, running }: ReturnType<ImageParts['usage']['containers']>[number]): KeptReason {
  return { kind: 'container', id, name, running };
}

/** Things in the trash that can't come back without it; an entry of its own doesn't keep it. */
function keptInTrash({ trash }: ImageParts, id: Digest): readonly KeptReason[] {
  const entries = trash.table.needing(id).filter(({ kind }) => kind !== 'image');
  return entries.map((entry) => ({ kind: 'trash', id: entry.id, name: entry.name }));
}
