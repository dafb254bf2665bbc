import type { Digest } from '#engine/contract/digest.ts';
import { toEngineError } from '#engine/contract/errors.ts';
import type { Finding, Verification } from '#engine/contract/verification.ts';
import { checkLayer } from '#engine/layer/check-layer.ts';
import { relaxed } from '#engine/metadata/relaxed.ts';

import type { ImageParts } from './image-parts.ts';
import { allImages, findImage, layersOf } from './image-records.ts';
import { named } from './image-sharing.ts';
import { leasesOf } from './leases.ts';
import { letGo } from './release-lease.ts';
import { repairBlob } from './repair-blob.ts';
import { repairLayer, usersOf } from './repair-layer.ts';
import { findPresent } from './resolve-image.ts';
import { forgetStored, storeLedger } from './store-ledger.ts';
import { storeWeights, sumBytes, type StoredObject } from './store-weights.ts';

export interface VerifyOptions {
  /** One image only. */
  readonly image?: string | undefined;
  readonly onProgress: (news: Verification) => void;
}

/**
 * Reads every blob and every layer again and compares them with what they are called. What is damaged or missing comes
 * again from the registry of an image that needs it, where there is one; a layer is made anew from its blob. One chunk
 * at a time, so that memory stays flat, and nothing else waits.
 *
 * @throws EngineError `not-found` for a name that leads to no image; the signal's reason.
 */
export async function verifyStore(
  parts: ImageParts,
  options: VerifyOptions,
  signal: AbortSignal,
): Promise<Verification> {
  await storeLedger(parts).settled();
  const objects = inOrder(objectsToCheck(parts, options.image));
  const work = new Verifying(parts, { objects, onProgress: options.onProgress, signal });
  const lease = leasesOf(parts).open();
  try {
    await lease.hold(...objects.map(({ digest }) => digest));
    for (const object of objects) await work.check(object);
  } finally {
    await letGo(parts, lease);
  }
  return work.state();
}

/** Blobs first: a layer is made anew from its blob. */
function inOrder(objects: readonly StoredObject[]): readonly StoredObject[] {
  return objects.toSorted((one, other) => one.kind.localeCompare(other.kind));
}

function objectsToCheck(parts: ImageParts, image: string | undefined): readonly StoredObject[] {
  const { database } = parts;
  const weights = storeWeights(database);
  if (image !== undefined) {
    const { id } = findPresent(database, image);
    return [...weights.objectsOf(id), ...missingOf(parts, id)];
  }
  const missing = allImages(database).flatMap(({ id }) => missingOf(parts, id));
  const byKey = new Map(missing.map((object) => [`${object.kind} ${object.digest}`, object]));
  // What nobody holds is on its way in, and is verified by whoever brings it.
  return [...weights.objects.filter(({ holders }) => holders.size > 0), ...byKey.values()];
}

/** What an image can't do without, and is not known to be on the disk. */
function missingOf({ database }: ImageParts, id: Digest): readonly StoredObject[] {
  const here = storeWeights(database).objectsOf(id);
  const known = new Set(here.map(({ kind, digest }) => `${kind} ${digest}`));
  const sources = new Map(here.map(({ digest, sourceBlob }) => [digest, sourceBlob]));
  const manifest = findImage(database, id)?.manifestDigest;
  const stack = layersOf(database, id);
  // A layer that came with another image has that one's blob.
  const blobs = stack
    .filter(({ diffId }) => !known.has(`blob ${sources.get(diffId)}`))
    .map(({ blobDigest }) => blobDigest);
  const documents = manifest === undefined ? [id] : [id, manifest];
  const needed = [
    ...[...documents, ...blobs].map((digest) => ({ kind: 'blob' as const, digest })),
    ...stack.map(({ diffId }) => ({ kind: 'layer' as const, digest: diffId })),
  ];
  return needed
    .filter(({ kind, digest }) => !known.has(`${kind} ${digest}`))
    .map((one) => ({ ...one, bytes: 0, holders: new Set([id]), verifiedAt: undefined }));
}

interface VerifyingWork {
  readonly objects: readonly StoredObject[];
  readonly onProgress: (news: Verification) => void;
  readonly signal: AbortSignal;
}

class Verifying {
  readonly #parts: ImageParts;
  readonly #work: VerifyingWork;
  readonly #totalBytes: number;
  readonly #findings: Finding[] = [];
  #checked = 0;
  /** Of those that are done with. */
  #doneBytes = 0;
  /** Of the one that is being read, which unpacked may have more than it takes on the disk. */
  #readBytes = 0;

  constructor(parts: ImageParts, work: VerifyingWork) {
    this.#parts = parts;
    this.#work = work;
    this.#totalBytes = sumBytes(work.objects);
  }

  state(readable = 0): Verification {
    return {
      checked: this.#checked,
      total: this.#work.objects.length,
      checkedBytes: this.#doneBytes + Math.min(this.#readBytes, readable),
      totalBytes: this.#totalBytes,
      findings: [...this.#findings],
    };
  }

  async check(object: StoredObject): Promise<void> {
    this.#work.signal.throwIfAborted();
    this.#readBytes = 0;
    const wrong = await this.#wrongWith(object);
    if (wrong === undefined) markVerified(this.#parts, object);
    else this.#findings.push(await this.#repair(object, wrong));
    this.#checked += 1;
    this.#doneBytes += object.bytes;
    this.#readBytes = 0;
    this.#work.onProgress(this.state());
  }

  /** @returns what is wrong with it, in words; nothing when it is what it is called. */
  async #wrongWith(object: StoredObject): Promise<string | undefined> {
    const { blobs, layers } = this.#parts;
    const { signal } = this.#work;
    const onBytes = (bytes: number): void => {
      this.#readBytes += bytes;
      this.#work.onProgress(this.state(object.bytes));
    };
    try {
      if (object.kind === 'layer') await checkLayer(layers, object.digest, { signal, onBytes });
      else {
        for await (const chunk of blobs.open(object.digest)) {
          signal.throwIfAborted();
          onBytes(chunk.length);
        }
      }
      return undefined;
    } catch (error) {
      signal.throwIfAborted();
      return toEngineError(error).message;
    }
  }

  async #repair(object: StoredObject, wrong: string): Promise<Finding> {
    const { kind, digest, holders } = object;
    const neededBy = [...holders].map((id) => named(this.#parts, id));
    const found = { kind, digest, neededBy };
    const users = kind === 'layer' ? usersOf(this.#parts, holders) : [];
    if (users.length > 0) {
      const message = `${sentence(wrong)} ${users.join(', ')} runs with it: stop it, and verify again.`;
      return { ...found, state: 'busy', message };
    }
    try {
      const from = await this.#fetchOrMake(object);
      forgetStored(this.#parts.database, kind, digest);
      storeLedger(this.#parts).note([digest]);
      return { ...found, state: 'repaired', message: `${sentence(wrong)} It was made whole again from ${from}.` };
    } catch (error) {
      this.#work.signal.throwIfAborted();
      const why = toEngineError(error).message;
      const message = `${sentence(wrong)} It is lost (${why}): pull or load ${neededBy[0]?.name ?? 'its image'} again.`;
      return { ...found, state: 'lost', message };
    }
  }

  #fetchOrMake(object: StoredObject): Promise<string> {
    const { signal } = this.#work;
    return object.kind === 'blob' ? repairBlob(this.#parts, object, signal) : repairLayer(this.#parts, object, signal);
  }
}

function markVerified({ database }: ImageParts, { kind, digest }: StoredObject): void {
  const mark = database.prepare('UPDATE stored_bytes SET verified_at = ? WHERE kind = ? AND digest = ?');
  relaxed(database, () => void mark.run(Date.now(), kind, digest));
}

function sentence(words: string): string {
  const upper = `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
  return /[.!?]$/.test(upper) ? upper : `${upper}.`;
}
