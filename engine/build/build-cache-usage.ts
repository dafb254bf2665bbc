import { z } from 'zod';

import { digest } from '#engine/contract/digest.ts';
import { leasesOf } from '#engine/image/leases.ts';
import { storeWeights, sumBytes } from '#engine/image/store-weights.ts';

import type { BuildParts } from './build-parts.ts';
import type { KeptByBuilds } from './kept-by-builds.ts';

/** Something that is kept for builds to come: a step's result, a cache mount's directory, a folder that a client sent. */
export interface BuildCacheRecord extends KeptByBuilds {
  readonly kind: 'step' | 'mount' | 'context';
  /** Whether an image has it too: it stays then, whatever becomes of the record. */
  readonly isShared: boolean;
}

const row = z.object({
  key: z.string(),
  diff_id: digest.nullable(),
  blob_digest: digest.nullable(),
  used_at: z.int(),
});

/** All of it. What several steps have come to counts for the one that was used last. */
export async function listBuildCache(
  parts: Pick<BuildParts, 'database' | 'images' | 'cacheMounts' | 'contexts'>,
  signal: AbortSignal,
): Promise<readonly BuildCacheRecord[]> {
  const isShared = false;
  return [
    ...stepRecords(parts),
    ...(await parts.cacheMounts.list(signal)).map((each) => ({ ...each, kind: 'mount' as const, isShared })),
    ...(await parts.contexts.list()).map((each) => ({ ...each, kind: 'context' as const, isShared })),
  ];
}

function stepRecords({ database, images }: Pick<BuildParts, 'database' | 'images'>): readonly BuildCacheRecord[] {
  const objects = new Map(storeWeights(database).objects.map((object) => [`${object.kind} ${object.digest}`, object]));
  const leases = leasesOf(images);
  const steps = database
    .prepare('SELECT key, diff_id, blob_digest, used_at FROM build_steps ORDER BY used_at DESC')
    .all();
  return steps.map((stored) => {
    const { key: id, diff_id: layer, blob_digest: blob, used_at: usedAt } = row.parse(stored);
    const names = [`layer ${layer ?? ''}`, `blob ${blob ?? ''}`];
    const own = names.flatMap((name) => objects.get(name) ?? []);
    for (const name of names) objects.delete(name);
    const isShared = own.some(({ holders }) => holders.size > 0);
    return {
      kind: 'step',
      id,
      bytes: sumBytes(own),
      usedAt,
      isInUse: layer !== null && leases.isHeld(layer),
      isShared,
    };
  });
}
