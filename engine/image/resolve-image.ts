import { RecentMap } from '#engine/async/recent-map.ts';
import type { BlobStore } from '#engine/content/blob-store.ts';
import { isDigest, type Digest } from '#engine/contract/digest.ts';
import { EngineError } from '#engine/contract/errors.ts';
import { canonicalRepository, familiarName, parseReference, type Reference } from '#engine/contract/reference.ts';
import type { Database } from '#engine/metadata/database.ts';
import { parseImageConfig, type ImageConfig } from '#engine/oci/image-config.ts';

import type { ImageParts, ResolvedImage } from './image-parts.ts';
import {
  findImage,
  idsWithPrefix,
  imagesWithRepoDigest,
  imageTagged,
  layersOf,
  tagName,
  tagsOf,
} from './image-records.ts';

/**
 * Finds an image by its id, a name, or the unique beginning of its id, in this order.
 *
 * A full id also finds an image that was removed but that containers were made from.
 *
 * @throws EngineError `not-found` in Docker's words; `invalid-argument` when several ids begin so.
 */
export async function resolveImage(parts: ImageParts, name: string): Promise<ResolvedImage> {
  const { id } = findByName(parts.database, name);
  return loadResolved(parts, id);
}

/** How an image was found: by a tag or a repository's digest (`reference`), or by its id. */
export interface FoundImage {
  readonly id: Digest;
  readonly reference?: Reference;
}

/** The same without reading the config. Synchronous, so that what follows at once is about the same state. */
export function findByName(database: Database, name: string): FoundImage {
  const full = fullId(name);
  if (full !== undefined && findImage(database, full) !== undefined) return { id: full };
  const reference = tryParse(name);
  const named = reference && findByReference(database, reference);
  if (reference !== undefined && named !== undefined) return { id: named, reference };
  const prefix = /^(?:sha256:)?([0-9a-f]{1,64})$/.exec(name)?.[1];
  const [first, second] = prefix === undefined ? [] : idsWithPrefix(database, prefix);
  if (second !== undefined) {
    throw new EngineError(
      'invalid-argument',
      `Several images have an id that begins with ${prefix}; write more of its digits.`,
    );
  }
  if (first === undefined) throw noSuchImage(name, reference);
  return { id: first };
}

/** The same, without images that only containers still hold. @throws EngineError `not-found`. */
export function findPresent(database: Database, name: string): FoundImage {
  const found = findByName(database, name);
  if (findImage(database, found.id)?.isRemoved === true) throw noSuchImage(name, undefined);
  return found;
}

async function loadResolved(parts: ImageParts, id: Digest): Promise<ResolvedImage> {
  const { database, blobs } = parts;
  const record = findImage(database, id);
  if (record === undefined) throw noSuchImage(id, undefined);
  // Before the first await, so that all of it is about one state.
  const diffIds = layersOf(database, id).map(({ diffId }) => diffId);
  const names = tagsOf(database, id);
  const config = await readConfig(blobs, id, names[0] ?? id);
  return { id, config, diffIds, names, size: record.size };
}

const KEPT_CONFIGS = 32;
const configs = new WeakMap<BlobStore, RecentMap<Digest, ImageConfig>>();

/** Every start and session asks for its image's, and an id stands for one config for ever. */
async function readConfig(blobs: BlobStore, id: Digest, name: string): Promise<ImageConfig> {
  const kept = configs.get(blobs) ?? new RecentMap<Digest, ImageConfig>(KEPT_CONFIGS);
  configs.set(blobs, kept);
  const known = kept.get(id);
  if (known !== undefined) return known;
  const config = parseImageConfig(await blobs.read(id), `The config of image ${name}`);
  kept.set(id, config);
  return config;
}

function findByReference(database: Database, reference: Reference): Digest | undefined {
  if (reference.digest !== undefined) {
    return imagesWithRepoDigest(database, canonicalRepository(reference), reference.digest).at(-1);
  }
  const canonical = tagName(reference);
  return canonical === undefined ? undefined : imageTagged(database, canonical);
}

export function fullId(name: string): Digest | undefined {
  const text = name.startsWith('sha256:') ? name : `sha256:${name}`;
  return isDigest(text) ? text : undefined;
}

function tryParse(name: string): Reference | undefined {
  try {
    return parseReference(name);
  } catch (error) {
    // What is no name may still be the beginning of an id; if it is neither, there is no such image.
    if (error instanceof EngineError) return undefined;
    throw error;
  }
}

/** Docker's clients look for these words to decide whether to pull. */
function noSuchImage(name: string, reference: Reference | undefined): EngineError {
  return new EngineError('not-found', `No such image: ${reference === undefined ? name : familiarName(reference)}`);
}
