import { z } from 'zod';

import { digest, type Digest } from '#engine/contract/digest.ts';
import { EngineError } from '#engine/contract/errors.ts';
import { familiarName, parseReference, type Reference } from '#engine/contract/reference.ts';
import { tagCause, type TagMove, type TagTarget } from '#engine/contract/tag-history.ts';
import { transaction, type Database } from '#engine/metadata/database.ts';
import { defined } from '#engine/oci/json-fields.ts';

import { publishImageEvent } from './image-events.ts';
import type { ImageParts } from './image-parts.ts';
import { findImage, tagName, tagsOf } from './image-records.ts';
import { bringBack, moveTag } from './record-image.ts';
import { findByName, fullId } from './resolve-image.ts';

/** Who wants to know more knows the tag, and has its history by its name. */
const MOST_MOVES = 1000;

const storedMove = z.object({
  sequence: z.int(),
  name: z.string(),
  from_image_id: digest.nullable(),
  to_image_id: digest.nullable(),
  cause: tagCause,
  at: z.int(),
});

const COLUMNS = 'sequence, name, from_image_id, to_image_id, cause, at';

/**
 * What has become of a tag, newest first; of an image by its id, of all tags that it has or had.
 *
 * @param image a tag needn't be there any more.
 * @throws EngineError `not-found` for what never was a tag and is no image.
 */
export function tagHistory({ database }: Pick<ImageParts, 'database'>, image: string): TagMove[] {
  const moves = movesOf(database, namedTag(image));
  if (moves.length > 0 && fullId(image) === undefined) return withTargets(database, moves);
  const { id } = findByName(database, image);
  const names = database
    .prepare(
      `SELECT name FROM tags WHERE image_id = ?1
       UNION SELECT name FROM tag_history WHERE from_image_id = ?1 OR to_image_id = ?1`,
    )
    .all(id);
  const all = names.flatMap(({ name }) => movesOf(database, String(name)));
  const newestFirst = all.toSorted((one, other) => other.sequence - one.sequence);
  return withTargets(database, newestFirst.slice(0, MOST_MOVES));
}

/**
 * A tag leads again to what it led to before; an image that was removed and isn't gone for good comes back for it.
 *
 * @param image an id, or the beginning of one that no other image in the tag's history has.
 * @throws EngineError `not-found` when the tag never led there, or that image is gone for good.
 */
export async function restoreTag(parts: ImageParts, reference: Reference, image: string): Promise<void> {
  const { database } = parts;
  const to = pastTarget(database, reference, image);
  if (findImage(database, to) === undefined) {
    throw new EngineError(
      'not-found',
      `${familiarName(reference)} can't lead to ${image} again: that image is gone for good; pull or load it.`,
    );
  }
  transaction(database, () => {
    bringBack(database, to);
    moveTag(database, reference, { to, cause: 'restore' });
  });
  publishImageEvent(parts, 'tag', to, { name: familiarName(reference) });
}

function pastTarget(database: Database, reference: Reference, image: string): Digest {
  const moves = movesOf(database, tagName(reference));
  const ids = moves.flatMap(({ from_image_id: from, to_image_id: to }) => [from ?? [], to ?? []].flat());
  const wanted = image.startsWith('sha256:') ? image : `sha256:${image}`;
  const [found, ...others] = new Set(ids.filter((id) => id.startsWith(wanted)));
  if (found !== undefined && others.length === 0) return found;
  throw new EngineError(
    'not-found',
    `${familiarName(reference)} never led to ${image}, or to several such; estrato tags ${familiarName(reference)} --history has them all.`,
  );
}

type StoredMove = z.infer<typeof storedMove>;

function movesOf(database: Database, name: string | undefined): readonly StoredMove[] {
  if (name === undefined) return [];
  return database
    .prepare(`SELECT ${COLUMNS} FROM tag_history WHERE name = ? ORDER BY sequence DESC LIMIT ${MOST_MOVES}`)
    .all(name)
    .map((row) => storedMove.parse(row));
}

function withTargets(database: Database, moves: readonly StoredMove[]): TagMove[] {
  const known = new Map<Digest, TagTarget>();
  const target = (id: Digest | null): TagTarget | undefined => {
    if (id === null) return undefined;
    const found = known.get(id) ?? targetOf(database, id);
    known.set(id, found);
    return found;
  };
  return moves.map(({ sequence, name, from_image_id: from, to_image_id: to, cause, at }) => ({
    sequence,
    tag: familiarName(parseReference(name)),
    cause,
    at,
    ...defined({ from: target(from), to: target(to) }),
  }));
}

function targetOf(database: Database, id: Digest): TagTarget {
  const record = findImage(database, id);
  if (record === undefined) return { id, names: [], state: 'gone' };
  return { id, names: [...tagsOf(database, id)], state: record.isRemoved ? 'held' : 'here' };
}

function namedTag(text: string): string | undefined {
  try {
    return tagName(parseReference(text));
  } catch (error) {
    if (error instanceof EngineError) return undefined;
    throw error;
  }
}
