import { randomBytes } from 'node:crypto';

import { z } from 'zod';

import { type Digest, shortDigest } from '#engine/contract/digest.ts';
import { EngineError } from '#engine/contract/errors.ts';
import { familiarName, parseReference } from '#engine/contract/reference.ts';
import type { Restored, TrashCause, TrashEntry } from '#engine/contract/trash.ts';
import { transaction, type Database } from '#engine/metadata/database.ts';
import { publishTrash } from '#engine/trash/trash-events.ts';
import type { Restoring, TrashedKind } from '#engine/trash/trash-parts.ts';
import type { NewTrash, TrashRecord } from '#engine/trash/trash-record.ts';

import { publishImageEvent } from './image-events.ts';
import type { ImageParts } from './image-parts.ts';
import { imageTagged, tagName } from './image-records.ts';
import { bringBack, moveTag } from './record-image.ts';
import { releaseImage } from './release-image.ts';
import { weighTrashedImages } from './weigh-trashed-images.ts';

/** What an image, or some of its names, come back by. Blobs and layers stay where they are, held by the entry. */
export const trashedImage = z.object({
  /** Canonical. */
  tags: z.array(z.string()),
  repoDigests: z.array(z.object({ repository: z.string(), digest: z.string() })),
});
export type TrashedImage = z.infer<typeof trashedImage>;

export interface TrashedNames extends TrashedImage {
  readonly id: Digest;
  /** The image itself goes, not only a name of it. */
  readonly isWhole: boolean;
  readonly cause: TrashCause;
}

export function newTrash({ id, isWhole, cause, tags, repoDigests }: TrashedNames): NewTrash {
  const [first] = tags;
  return {
    id: randomBytes(32).toString('hex'),
    kind: isWhole ? 'image' : 'tag',
    name: first === undefined ? shortDigest(id) : familiar(first),
    cause,
    imageId: id,
    pieces: [],
    record: { tags, repoDigests } satisfies TrashedImage,
  };
}

/** Images as the trash knows them. */
export function trashedImages(parts: ImageParts): TrashedKind {
  return { ...trashedTags(parts), weigh: () => weighTrashedImages(parts) };
}

/** Tags that were taken from an image which stayed: they come back the same way, and keep nothing while it is there. */
export function trashedTags(parts: ImageParts): TrashedKind {
  return {
    describe: (entry) => describe(parts.database, entry),
    // Its record and the trash's are written at once: what has an entry is not there.
    isThere: () => false,
    restore: (entry, how) => restore(parts, entry, how),
    forget: ({ imageId }) => (imageId === undefined ? Promise.resolve(0) : releaseImage(parts, imageId)),
  };
}

function describe(database: Database, entry: TrashRecord): Pick<TrashEntry, 'isNameTaken' | 'image'> {
  const id = imageOf(entry);
  const { tags } = trashedImage.parse(entry.record);
  const taken = takenTags(database, tags, id);
  return {
    isNameTaken: taken.length > 0,
    image: { id, tags: tags.map(familiar), taken: taken.map(familiar) },
  };
}

async function restore(parts: ImageParts, entry: TrashRecord, { name, taken }: Restoring): Promise<Restored> {
  const { database, trash } = parts;
  const id = imageOf(entry);
  const { tags, repoDigests } = trashedImage.parse(entry.record);
  const wanted = name === entry.name ? tags : [canonicalTag(name)];
  // Until the transaction is over nothing is awaited: what was decided is about what is there.
  const lost = takenTags(database, wanted, id);
  if (lost.length > 0 && taken === undefined) throw takenError(database, lost);
  const returning = taken === 'leave' ? wanted.filter((tag) => !lost.includes(tag)) : wanted;
  transaction(database, () => {
    bringBack(database, id);
    for (const tag of returning) moveTag(database, parseReference(tag), { to: id, cause: 'restore' });
    const insert = database.prepare(
      'INSERT OR IGNORE INTO repo_digests (repository, digest, image_id) VALUES (?, ?, ?)',
    );
    for (const { repository, digest } of repoDigests) insert.run(repository, digest, id);
    trash.table.delete(entry.id);
  });
  publishTrash(trash, entry, 'restore');
  publishImageEvent(parts, 'create', id, { name: entry.name });
  for (const tag of returning) publishImageEvent(parts, 'tag', id, { name: familiar(tag) });
  const warnings = taken === 'leave' ? lost.map((tag) => `${familiar(tag)} stays with the image that has it now.`) : [];
  return { kind: entry.kind, id, name, warnings };
}

function takenTags(database: Database, tags: readonly string[], id: Digest): readonly string[] {
  return tags.filter((tag) => {
    const now = imageTagged(database, tag);
    return now !== undefined && now !== id;
  });
}

function takenError(database: Database, lost: readonly string[]): EngineError {
  const [first = ''] = lost;
  const now = imageTagged(database, first)?.slice('sha256:'.length, 'sha256:'.length + 12) ?? '';
  const more = lost.length === 1 ? '' : ` and ${lost.length - 1} more`;
  return new EngineError(
    'conflict',
    `${familiar(first)}${more} leads to another image by now (${now}); say whether to take it back or to leave it there, or restore under another name.`,
  );
}

function canonicalTag(name: string): string {
  const canonical = tagName(parseReference(name));
  if (canonical !== undefined) return canonical;
  throw new EngineError('invalid-argument', `${name} is no tag: an image comes back under a name like app:1.`);
}

function imageOf({ id, imageId }: TrashRecord): Digest {
  if (imageId !== undefined) return imageId;
  throw new EngineError('corrupt', `The trash's entry ${id.slice(0, 12)} names no image; remove it for good.`);
}

function familiar(canonical: string): string {
  return familiarName(parseReference(canonical));
}
