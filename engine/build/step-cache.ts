import { createHash } from 'node:crypto';

import { z } from 'zod';

import { digest } from '#engine/contract/digest.ts';
import type { ImageParts } from '#engine/image/image-parts.ts';
import type { Lease } from '#engine/image/leases.ts';
import { usableLayer } from '#engine/image/usable-layer.ts';

import type { BuildLayer } from './store-step.ts';

/** What a step made, if it changed anything. */
export interface StepResult {
  readonly layer: BuildLayer | undefined;
  /** Unix milliseconds: an image whose steps are all known is the same image again. */
  readonly madeAt: number;
  /** Whether it may be of other bytes than its key says. */
  readonly isDoubtful?: true;
}

/** How exactly it is known when a step was last used: a build whose steps are all known writes none of them down. */
const USE_MS = 60_000;

const row = z.object({
  diff_id: digest.nullable(),
  blob_digest: digest.nullable(),
  blob_size: z.int().nullable(),
  media_type: z.string().nullable(),
  made_at: z.int(),
});

/** @param inputs everything that decides what comes of a step. */
export function stepKey(inputs: unknown): string {
  return createHash('sha256').update(JSON.stringify(inputs)).digest('hex');
}

/** Results of steps that are still here, whole. Those found are held by the lease from then on. */
export class StepCache {
  readonly #images: ImageParts;

  constructor(images: ImageParts) {
    this.#images = images;
  }

  /** Undefined for what was never made; `collected` when its layer is gone since. */
  async find(key: string, lease: Lease): Promise<StepResult | 'collected' | undefined> {
    const { database, layers, blobs } = this.#images;
    const found = database
      .prepare('SELECT diff_id, blob_digest, blob_size, media_type, made_at FROM build_steps WHERE key = ?')
      .get(key);
    const known = row.optional().parse(found);
    if (known === undefined) return undefined;
    const { diff_id: diffId, blob_digest: blobDigest } = known;
    if (diffId !== null && blobDigest !== null) {
      await lease.hold(diffId, blobDigest);
      const isHere = (await usableLayer(layers, diffId)) !== undefined && (await blobs.stat(blobDigest)) !== undefined;
      if (!isHere) return 'collected';
    }
    const now = Date.now();
    database.prepare('UPDATE build_steps SET used_at = ?2 WHERE key = ?1 AND used_at < ?3').run(key, now, now - USE_MS);
    const madeAt = known.made_at;
    if (diffId === null || blobDigest === null) return { layer: undefined, madeAt };
    const blob = { digest: blobDigest, size: known.blob_size ?? 0, mediaType: known.media_type ?? '' };
    return { layer: { diffId, blob }, madeAt };
  }

  /** @param madeAt unix milliseconds; now unless told. */
  store(
    key: string,
    layer: BuildLayer | undefined,
    { durationMs = 0, madeAt = Date.now() }: { readonly durationMs?: number; readonly madeAt?: number } = {},
  ): StepResult {
    const now = Date.now();
    this.#images.database
      .prepare(
        `INSERT OR REPLACE INTO build_steps (key, diff_id, blob_digest, blob_size, media_type, made_at, used_at, duration_ms)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        key,
        layer?.diffId ?? null,
        layer?.blob.digest ?? null,
        layer?.blob.size ?? null,
        layer?.blob.mediaType ?? null,
        madeAt,
        now,
        Math.round(durationMs),
      );
    return { layer, madeAt };
  }
}
