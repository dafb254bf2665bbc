import { z } from 'zod';

import { publishPrune } from '#engine/events/publish-prune.ts';
import { collectGarbage } from '#engine/image/collect-garbage.ts';
import { transaction, type Database } from '#engine/metadata/database.ts';

import type { BuildParts } from './build-parts.ts';

export interface PrunedBuilds {
  /** Keys of the steps that are forgotten. */
  readonly keys: readonly string[];
  /** On the disk, as du(1) counts. */
  readonly freedBytes: number;
}

const row = z.object({ key: z.string() });

/**
 * Forgets what steps of builds have made, and removes what nothing else needs of it, with the folders that clients have sent.
 * What a build uses at this moment stays.
 *
 * @param unusedSince unix milliseconds: what was used later stays. @param withMounts also the directories of cache mounts.
 */
export async function pruneBuilds(
  { database, images, cacheMounts, contexts }: BuildParts,
  { unusedSince, withMounts }: { readonly unusedSince: number; readonly withMounts: boolean },
): Promise<PrunedBuilds> {
  const keys = transaction(database, () => {
    const found = database.prepare('SELECT key FROM build_steps WHERE used_at < ?').all(unusedSince);
    database.prepare('DELETE FROM build_steps WHERE used_at < ?').run(unusedSince);
    return found.map((each) => row.parse(each).key);
  });
  const freedBytes =
    (await contexts.prune(unusedSince)) +
    (withMounts ? await cacheMounts.prune(unusedSince, new AbortController().signal) : 0) +
    (await collectGarbage(images)).freedBytes;
  publishPrune(images.events, 'builder', freedBytes);
  return { keys, freedBytes };
}

/** Uncompressed, of the layers of all steps together. */
const BUDGET_BYTES = 20 * 1024 ** 3;

/** Lets go of the steps that were used longest ago, once there are more than the budget; their layers go with the next collection. */
export function keepBuildBudget(database: Database, budgetBytes = BUDGET_BYTES): void {
  database
    .prepare(
      `DELETE FROM build_steps WHERE key IN (
         SELECT key FROM (
           SELECT key, SUM(blob_size) OVER (ORDER BY used_at DESC, key ROWS UNBOUNDED PRECEDING) AS bytes FROM build_steps
         ) WHERE bytes > ?)`,
    )
    .run(budgetBytes);
}
