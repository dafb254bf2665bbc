import { shortDigest, type Digest } from '#engine/contract/digest.ts';
import { EngineError } from '#engine/contract/errors.ts';
import type { RemovedImage } from '#engine/contract/image.ts';
import { canonicalRepository, familiarName, parseReference, type Reference } from '#engine/contract/reference.ts';
import type { TrashCause } from '#engine/contract/trash.ts';
import { transaction, type Database } from '#engine/metadata/database.ts';
import { announceTrash, recordInTrash } from '#engine/trash/put-into-trash.ts';
import type { NewTrash, TrashRecord } from '#engine/trash/trash-record.ts';

import { publishImageEvent } from './image-events.ts';
import type { ImageParts } from './image-parts.ts';
import { canonicalTagsOf, findImage, imagesWithLayer, layersOf, tagName } from './image-records.ts';
import { dropTag } from './record-image.ts';
import { findPresent, type FoundImage } from './resolve-image.ts';
import { storeWeights } from './store-weights.ts';
import { newTrash } from './trashed-images.ts';

export interface RemoveOptions {
  /** Also when it has several names, or containers that don't run were made from it. */
  readonly force: boolean;
  readonly cause?: TrashCause;
}

/**
 * Takes a name away, and the image with its last name; by id, all its names and the image. What is taken away is in the
 * trash from then on, all of it in one transaction; blobs and layers stay while something there needs them.
 *
 * As Docker: a name goes freely while the image has others, and what containers were made from stays until they are gone,
 * unlisted. The answer names what Docker would have deleted, and the bytes that are free once it is gone for good.
 *
 * @throws EngineError `not-found`; `conflict` in Docker's words when containers use it or an id stands for several names.
 */
export async function removeImage(
  parts: ImageParts,
  image: string,
  { force, cause = 'removed' }: RemoveOptions,
): Promise<RemovedImage> {
  // Until the transaction is over nothing is awaited: what was decided is about what is there.
  const found = findPresent(parts.database, image);
  const plan = planRemoval(parts, found, force);
  const gone = plan.isDeleted ? whatGoes(parts, found.id) : { deleted: [], freedBytes: 0 };
  const entry = transaction(parts.database, () => perform(parts, found.id, { ...plan, cause }));

  const untagged = plan.tags.map(familiar);
  const digests = plan.repoDigests.map(({ repository, digest }) => familiar(`${repository}@${digest}`));
  for (const _ of [...untagged, ...digests]) publishImageEvent(parts, 'untag', found.id);
  if (plan.isDeleted) publishImageEvent(parts, 'delete', found.id);
  if (entry !== undefined) announceTrash(parts.trash, entry);
  const trash = entry === undefined ? {} : { trash: entry.id };
  return { untagged: [...untagged, ...digests], ...gone, ...trash };
}

/** What Docker deletes: the image, and layers that nothing else has, the top one first. */
function whatGoes({ database, usage }: ImageParts, id: Digest): Pick<RemovedImage, 'deleted' | 'freedBytes'> {
  const used = new Set(usage.containers().map(({ imageId }) => imageId));
  const isThere = (other: Digest): boolean => used.has(other) || findImage(database, other)?.isRemoved === false;
  const weights = storeWeights(database);
  const freedBytes = used.has(id) ? 0 : weights.bytesOf(id).owned;
  const layers = layersOf(database, id).toReversed();
  const gone = layers.filter(({ diffId }) => {
    const others = imagesWithLayer(database, diffId).filter((other) => other !== id);
    return !used.has(id) && !others.some(isThere);
  });
  return { deleted: [id, ...gone.map(({ chainId }) => chainId)], freedBytes };
}

interface Plan {
  /** Canonical names. */
  readonly tags: readonly string[];
  readonly repoDigests: readonly RepoDigest[];
  readonly isDeleted: boolean;
}

interface RepoDigest {
  readonly repository: string;
  readonly digest: string;
}

function planRemoval(parts: ImageParts, { id, reference }: FoundImage, force: boolean): Plan {
  const { database, usage } = parts;
  const tags = canonicalTagsOf(database, id);
  const repoDigests = repoDigestsOf(database, id);
  const users = usage.containers().filter(({ imageId }) => imageId === id);
  const name = reference && tagName(reference);
  if (reference !== undefined && name !== undefined && tags.length > 1) {
    return { tags: [name], repoDigests: orphaned(repoDigests, tags, reference), isDeleted: false };
  }
  if (reference !== undefined && name === undefined && tags.length > 0) {
    const named = repoDigests.filter(
      ({ repository, digest }) => repository === canonicalRepository(reference) && digest === reference.digest,
    );
    return { tags: [], repoDigests: named, isDeleted: false };
  }
  if (reference === undefined && !force && tags.length > 1) {
    throw refusal(id, 'must be forced', 'image is referenced in multiple repositories');
  }
  refuseUsed(id, { reference, users, force });
  // Only by name and with force it comes this far: the name goes, what runs keeps the rest.
  const isDeleted = !users.some(({ running }) => running);
  return { tags, repoDigests, isDeleted };
}

/** What a registry called it goes with the last name from that registry's repository. */
function orphaned(all: readonly RepoDigest[], tags: readonly string[], removed: Reference): readonly RepoDigest[] {
  const repository = canonicalRepository(removed);
  const isLast = tags.filter((tag) => canonicalRepository(parseReference(tag)) === repository).length === 1;
  return isLast ? all.filter((one) => one.repository === repository) : [];
}

interface Use {
  readonly reference: Reference | undefined;
  readonly users: ReturnType<ImageParts['usage']['containers']>;
  readonly force: boolean;
}

/** In Docker's words, which its clients look for. */
function refuseUsed(id: Digest, { reference, users, force }: Use): void {
  const [container] = users.toSorted((one, other) => Number(other.running) - Number(one.running));
  if (container === undefined) return;
  const short = container.id.slice(0, 12);
  if (reference !== undefined && !force) {
    throw new EngineError(
      'conflict',
      `conflict: unable to remove repository reference "${familiarName(reference)}" (must force) - container ${short} is using its referenced image ${shortDigest(id)}`,
    );
  }
  if (container.running && reference === undefined) {
    throw refusal(id, 'cannot be forced', `image is being used by running container ${short}`);
  }
  if (!force) throw refusal(id, 'must be forced', `image is being used by stopped container ${short}`);
}

function refusal(id: Digest, forcing: string, why: string): EngineError {
  return new EngineError('conflict', `conflict: unable to delete ${shortDigest(id)} (${forcing}) - ${why}`);
}

function perform(
  { database, trash }: ImageParts,
  id: Digest,
  { tags, repoDigests, isDeleted, cause }: Plan & Pick<NewTrash, 'cause'>,
): TrashRecord | undefined {
  if (!isDeleted && tags.length === 0 && repoDigests.length === 0) return undefined;
  for (const tag of tags) dropTag(database, tag, isDeleted ? 'remove' : 'untag');
  const dropDigest = database.prepare('DELETE FROM repo_digests WHERE repository = ? AND digest = ? AND image_id = ?');
  for (const { repository, digest } of repoDigests) dropDigest.run(repository, digest, id);
  if (isDeleted) database.prepare('UPDATE images SET removed_at = ? WHERE id = ?').run(Date.now(), id);
  return recordInTrash(
    trash,
    newTrash({ id, tags: [...tags], repoDigests: [...repoDigests], isWhole: isDeleted, cause }),
  );
}

function repoDigestsOf(database: Database, id: Digest): readonly RepoDigest[] {
  return database
    .prepare('SELECT repository, digest FROM repo_digests WHERE image_id = ? ORDER BY repository, digest')
    .all(id)
    .map((row) => ({ repository: String(row['repository']), digest: String(row['digest']) }));
}

function familiar(name: string): string {
  return familiarName(parseReference(name));
}
