import { type Digest, shortDigest } from '#engine/contract/digest.ts';
import type { ImageSharing, NamedImage } from '#engine/contract/store.ts';

import type { ImageParts } from './image-parts.ts';
import { findImage, tagsOf } from './image-records.ts';
import { findPresent } from './resolve-image.ts';
import { storeWeights, type StoredObject } from './store-weights.ts';

/** What an image has for itself, what it shares with which others, and what goes only together with them. */
export function imageSharing(parts: Pick<ImageParts, 'database'>, image: string): ImageSharing {
  const { database } = parts;
  const { id } = findPresent(database, image);
  const weights = storeWeights(database);
  const shared = weights.objectsOf(id).filter(({ holders }) => holders.size > 1);
  return {
    ...weights.bytesOf(id),
    sharedWith: sharers(parts, shared, new Set([id])),
    freedWith: [...bySet(shared, id).values()]
      .map(({ others, bytes }) => ({ images: others.map((other) => named(parts, other)), bytes }))
      .toSorted((one, other) => other.bytes - one.bytes),
  };
}

/** Who else has some of these, and how much, the most first. */
export function sharers(
  parts: Pick<ImageParts, 'database'>,
  objects: Iterable<StoredObject>,
  except: ReadonlySet<Digest>,
): ImageSharing['sharedWith'] {
  const bytesById = new Map<Digest, number>();
  for (const { holders, bytes } of objects) {
    for (const id of holders) if (!except.has(id)) bytesById.set(id, (bytesById.get(id) ?? 0) + bytes);
  }
  return [...bytesById]
    .map(([id, bytes]) => ({ ...named(parts, id), bytes, isRemoved: findImage(parts.database, id)?.isRemoved ?? true }))
    .toSorted((one, other) => other.bytes - one.bytes);
}

/** By a tag, or the beginning of its id. */
export function named({ database }: Pick<ImageParts, 'database'>, id: Digest): NamedImage {
  return { id, name: tagsOf(database, id)[0] ?? shortDigest(id) };
}

interface SharedSet {
  readonly others: readonly Digest[];
  bytes: number;
}

function bySet(objects: readonly StoredObject[], own: Digest): ReadonlyMap<string, SharedSet> {
  const sets = new Map<string, SharedSet>();
  for (const { holders, bytes } of objects) {
    const others = [...holders].filter((id) => id !== own).toSorted();
    const key = others.join(' ');
    const known = sets.get(key) ?? { others, bytes: 0 };
    known.bytes += bytes;
    sets.set(key, known);
  }
  return sets;
}
