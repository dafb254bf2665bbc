import type { Digest } from '#engine/contract/digest.ts';
import { canonicalRepository, parseReference, type Reference } from '#engine/contract/reference.ts';
import type { Database } from '#engine/metadata/database.ts';

import { tagsByImage } from './image-records.ts';
import { findPresent } from './resolve-image.ts';

/** An image, and the names that it is saved under. */
export interface NamedImage {
  readonly id: Digest;
  readonly references: readonly Reference[];
}

/** Every tag of this store. */
export function allTags(database: Database): readonly { readonly id: Digest; readonly reference: Reference }[] {
  return [...tagsByImage(database)].flatMap(([id, tags]) =>
    tags.map((tag) => ({ id, reference: parseReference(tag) })),
  );
}

/**
 * The images that people mean. A repository's name without a tag means all its tags, as with `docker save`; an id means
 * the image without any name.
 *
 * @throws EngineError `not-found` in Docker's words.
 */
export function namedImages(database: Database, names: readonly string[]): readonly NamedImage[] {
  const images = new Map<Digest, Map<string, Reference>>();
  for (const { id, reference } of names.flatMap((name) => meant(database, name))) {
    const known = images.get(id) ?? new Map<string, Reference>();
    if (reference !== undefined) known.set(JSON.stringify(reference), reference);
    images.set(id, known);
  }
  return [...images].map(([id, references]) => ({ id, references: [...references.values()] }));
}

interface Meant {
  readonly id: Digest;
  readonly reference?: Reference;
}

function meant(database: Database, name: string): readonly Meant[] {
  const all = /[:@]/.test(name.slice(name.lastIndexOf('/') + 1)) ? [] : tagsOfRepository(database, name);
  if (all.length > 0) return all;
  const { id, reference } = findPresent(database, name);
  if (reference?.tag === undefined || reference.digest !== undefined) return [{ id }];
  return [{ id, reference }];
}

function tagsOfRepository(database: Database, name: string): readonly Meant[] {
  try {
    const wanted = canonicalRepository(parseReference(name));
    return allTags(database).filter(({ reference }) => canonicalRepository(reference) === wanted);
  } catch {
    // No name at all; it may be the beginning of an id.
    return [];
  }
}
