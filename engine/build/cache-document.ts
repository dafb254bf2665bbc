import { z } from 'zod';

import { digest, type Digest } from '#engine/contract/digest.ts';
import { EngineError } from '#engine/contract/errors.ts';
import { hostPlatform } from '#engine/image/choose-manifest.ts';

/*
 * What steps of builds have made, as a document that other machines read: a field of an image's config. Inline it stands in
 * the config of the image that was built; elsewhere in one of its own, whose layers are those that steps have made. Keys are
 * made from contents alone (`step-cache.ts`), so that they are the same on every machine. BuildKit's own manifests of caches
 * name steps by digests of its internal graph, which nobody else can compute: they are of no use here, nor ours there.
 */

const FIELD = 'estrato.buildcache.v1';

const cacheEntry = z.object({
  key: z.string().regex(/^[0-9a-f]{64}$/),
  /** Absent of a step that changed nothing. */
  diffId: digest.optional(),
  /** Unix milliseconds, of which a date is made: an image of steps that are all known is the same image everywhere. */
  madeAt: z.int().min(0).max(8.64e15),
});
export type CacheEntry = z.infer<typeof cacheEntry>;

const cacheConfig = z.object({
  rootfs: z.object({ diff_ids: z.array(digest) }),
  [FIELD]: z.array(cacheEntry).optional(),
});

/** Bytes: more is no config. */
export const MOST_CONFIG_BYTES = 8 * 1024 * 1024;

export interface CacheDocument {
  readonly entries: readonly CacheEntry[];
  /** Of the manifest's layers, base first. */
  readonly diffIds: readonly Digest[];
}

/** @throws EngineError `corrupt` for what is no image's config. */
export function readCacheConfig(bytes: Uint8Array, what: string): CacheDocument {
  try {
    const { rootfs, [FIELD]: entries = [] } = cacheConfig.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
    return { entries, diffIds: rootfs.diff_ids };
  } catch (cause) {
    throw new EngineError('corrupt', `${what} has a config that can't be read as one of a cache.`, { cause });
  }
}

/** What a config has more, to be a cache too. */
export function cacheField(entries: readonly CacheEntry[]): Readonly<Record<string, unknown>> {
  return { [FIELD]: entries };
}

/** A config of nothing but a cache. */
export function cacheConfigOf({ entries, diffIds }: CacheDocument): object {
  const { os, architecture } = hostPlatform;
  const rootfs = { type: 'layers', diff_ids: diffIds };
  return { os, architecture, config: {}, rootfs, ...cacheField(entries) };
}
