import type { Digest } from '#engine/contract/digest.ts';
import { EngineError } from '#engine/contract/errors.ts';
import type { RemovedImage } from '#engine/contract/image.ts';
import { canonicalRepository, familiarName, parseReference, type Reference } from '#engine/contract/reference.ts';
import { transaction, type Database } from '#engine/metadata/database.ts';

import { collectAmong } from './collect-garbage.ts';
import { publishImageEvent } from './image-events.ts';
import type { ImageParts } from './image-parts.ts';
import { canonicalTagsOf, findImage, layersOf, tagName } from './image-records.ts';
import { dropTag } from './record-image.ts';
import { findPresent, type FoundImage } from './resolve-image.ts';
import { usableLayer } from './usable-layer.ts';

export interface RemoveOptions {
  /** Also when it has several names, or containers that don't run were made from it. */
  readonly force: boolean;
}

/**
 * Takes a name away, and the image with its last name; by id, all its names and the image.
 *
 * As Docker: a name goes freely while the image has others. What containers were made from stays until they are gone,
 * unlisted; whatever no image has any more is deleted at once.
 *
 * @throws EngineError `not-found`; `conflict` in Docker's words when containers use it or an id stands for several names.
 */
export async function removeImage(parts: ImageParts, image: string, { force }: RemoveOptions): Promise<RemovedImage> {
  // Until the transaction is over nothing is awaited: what was decided is about what is there.
  const found = findPresent(parts.database, image);
  const plan = planRemoval(parts, found, force);
  const digests = digestsOf(parts.database, found.id);
  const before = layersOf(parts.database, found.id);
  const outcome = transaction(parts.database, () => perform(parts, found.id, plan));

  for (const _ of outcome.untagged) publishImageEvent(parts, 'untag', found.id, { name: found.id });
  if (!plan.isDeleted) return { ...outcome, deleted: [], freedBytes: 0 };
  publishImageEvent(parts, 'delete', found.id, { name: found.id });
  const { freedBytes } = await collectAmong(parts, digests);
  const left = await Promise.all(before.map(({ diffId }) => usableLayer(parts.layers, diffId)));
  // Top first, as Docker lists them.
  const gone = before.filter((_, index) => left[index] === undefined).reverse();
  return { ...outcome, deleted: [found.id, ...gone.map(({ chainId }) => chainId)], freedBytes };
}

interface Plan {
  /** Canonical names. */
  readonly tags: readonly string[];
  readonly repoDigests: readonly RepoDigest[];
  readonly isDeleted: boolean;
  /** Containers have it, or had it and can come back: it stays for them. */
  readonly isHeld: boolean;
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
    return { tags: [name], repoDigests: orphaned(repoDigests, tags, reference), isDeleted: false, isHeld: false };
  }
  if (reference !== undefined && name === undefined && tags.length > 0) {
    const named = repoDigests.filter(
      ({ repository, digest }) => repository === canonicalRepository(reference) && digest === reference.digest,
    );
    return { tags: [], repoDigests: named, isDeleted: false, isHeld: false };
  }
  if (reference === undefined && !force && tags.length > 1) {
    throw refusal(id, 'must be forced', 'image is referenced in multiple repositories');
  }
  refuseUsed(id, { reference, users, force });
  // Only by name and with force it comes this far: the name goes, what runs keeps the rest.
  const isDeleted = !users.some(({ running }) => running);
  return { tags, repoDigests, isDeleted, isHeld: users.length > 0 || usage.isKept(id) };
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
      `conflict: unable to remove repository reference "${familiarName(reference)}" (must force) - container ${short} is using its referenced image ${shortId(id)}`,
    );
  }
  if (container.running && reference === undefined) {
    throw refusal(id, 'cannot be forced', `image is being used by running container ${short}`);
  }
  if (!force) throw refusal(id, 'must be forced', `image is being used by stopped container ${short}`);
}

function refusal(id: Digest, forcing: string, why: string): EngineError {
  return new EngineError('conflict', `conflict: unable to delete ${shortId(id)} (${forcing}) - ${why}`);
}

function perform(
  { database }: Pick<ImageParts, 'database'>,
  id: Digest,
  { tags, repoDigests, isDeleted, isHeld }: Plan,
): Pick<RemovedImage, 'untagged'> {
  for (const tag of tags) dropTag(database, tag, isDeleted ? 'remove' : 'untag');
  const dropDigest = database.prepare('DELETE FROM repo_digests WHERE repository = ? AND digest = ? AND image_id = ?');
  for (const { repository, digest } of repoDigests) dropDigest.run(repository, digest, id);
  if (isDeleted && isHeld) database.prepare('UPDATE images SET removed_at = ? WHERE id = ?').run(Date.now(), id);
  if (isDeleted && !isHeld) database.prepare('DELETE FROM images WHERE id = ?').run(id);
  const digests = repoDigests.map(({ repository, digest }) => `${repository}@${digest}`);
  return { untagged: [...tags, ...digests].map((name) => familiarName(parseReference(name))) };
}

function repoDigestsOf(database: Database, id: Digest): readonly RepoDigest[] {
  return database
    .prepare('SELECT repository, digest FROM repo_digests WHERE image_id = ? ORDER BY repository, digest')
    .all(id)
    .map((row) => ({ repository: String(row['repository']), digest: String(row['digest']) }));
}

/** All that may have nobody left once the image is gone. */
export function digestsOf(database: Database, id: Digest): readonly Digest[] {
  const manifest = findImage(database, id)?.manifestDigest;
  const layers = layersOf(database, id).flatMap(({ diffId, blobDigest }) => [diffId, blobDigest]);
  return [id, ...(manifest === undefined ? [] : [manifest]), ...layers];
}

function shortId(id: Digest): string {
  return id.slice('sha256:'.length, 'sha256:'.length + 12);
}
