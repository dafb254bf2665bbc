import { z } from 'zod';

import { digest, type Digest } from '#engine/contract/digest.ts';
import { canonicalRepository, familiarName, type Reference } from '#engine/contract/reference.ts';
import type { Database } from '#engine/metadata/database.ts';

import { tagName } from './image-records.ts';

/**
 * Whether a push would take a registry's tag away from something that this tag never was here: what somebody else has
 * pushed meanwhile, as far as can be told.
 *
 * @param there what the registry's tag leads to now; undefined when it has none.
 * @param pushed the manifest that it would lead to.
 * @returns a sentence for whoever is about to push, or nothing.
 */
export function pushWarning(
  database: Database,
  reference: Reference,
  { there, pushed }: { readonly there: Digest | undefined; readonly pushed: Digest },
): string | undefined {
  const name = tagName(reference);
  if (name === undefined || there === undefined || there === pushed) return undefined;
  const known = imagesCalled(database, canonicalRepository(reference), there);
  const past = imagesNamed(database, name);
  if (known.some((id) => past.has(id))) return undefined;
  const [other] = known;
  const what = other === undefined ? 'an image that was never here' : `another image, ${shortened(other)}`;
  return `${familiarName(reference)} in ${reference.registry} is ${what} (${there}); pushing takes the tag away from it. Pull it first, or push under another tag.`;
}

function imagesCalled(database: Database, repository: string, wanted: Digest): readonly Digest[] {
  const rows = database.prepare('SELECT image_id AS id FROM repo_digests WHERE repository = ? AND digest = ?');
  return rows.all(repository, wanted).map(idOf);
}

function imagesNamed(database: Database, name: string): ReadonlySet<Digest> {
  const rows = database.prepare(
    `SELECT image_id AS id FROM tags WHERE name = ?1
     UNION SELECT from_image_id FROM tag_history WHERE name = ?1 AND from_image_id IS NOT NULL
     UNION SELECT to_image_id FROM tag_history WHERE name = ?1 AND to_image_id IS NOT NULL`,
  );
  return new Set(rows.all(name).map(idOf));
}

function idOf(row: unknown): Digest {
  return z.object({ id: digest }).parse(row).id;
}

function shortened(id: Digest): string {
  return id.slice('sha256:'.length, 'sha256:'.length + 12);
}
