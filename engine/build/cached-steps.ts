import { z } from 'zod';

import type { Database } from '#engine/metadata/database.ts';

/** What a step of some build has made, as long as it is kept. */
export interface CachedStep {
  readonly key: string;
  /** Of its layer; empty where it changed nothing. */
  readonly diffId: string;
  /** Bytes of its layer. */
  readonly bytes: number;
  /** Whether an image has the layer, too: it stays when the step is forgotten. */
  readonly isShared: boolean;
  /** Unix milliseconds. */
  readonly madeAt: number;
  readonly usedAt: number;
}

const row = z.object({
  key: z.string(),
  diffId: z.string(),
  bytes: z.number(),
  isShared: z.number().transform(Boolean),
  madeAt: z.number(),
  usedAt: z.number(),
});

/** Used last first. */
export function cachedSteps(database: Database): readonly CachedStep[] {
  const rows = database
    .prepare(
      `SELECT key, coalesce(diff_id, '') AS diffId, coalesce(blob_size, 0) AS bytes, made_at AS madeAt, used_at AS usedAt,
         EXISTS (SELECT 1 FROM image_layers WHERE diff_id = build_steps.diff_id) AS isShared
       FROM build_steps ORDER BY used_at DESC, key`,
    )
    .all();
  return rows.map((each) => row.parse(each));
}
