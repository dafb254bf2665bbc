import { z } from 'zod';

import type { Digest } from '#engine/contract/digest.ts';
import { canonicalRepository, type Reference } from '#engine/contract/reference.ts';
import type { Database } from '#engine/metadata/database.ts';

/** Asking costs a request each: the last few are likely enough to be there still. */
const MOST = 3;

/** Other repositories of the registry that had a blob when an image was pulled from there or pushed. */
export function mountSources(database: Database, reference: Reference, digest: Digest): readonly string[] {
  const prefix = `${reference.registry}/`;
  return database
    .prepare(
      `SELECT DISTINCT r.repository FROM repo_digests r JOIN image_layers l ON l.image_id = r.image_id
       WHERE (l.blob_digest = ?1 OR l.diff_id IN (SELECT diff_id FROM compressed_layers WHERE digest = ?1))
         AND substr(r.repository, 1, length(?2)) = ?2 AND r.repository <> ?3
       ORDER BY r.repository LIMIT ${MOST}`,
    )
    .all(digest, prefix, canonicalRepository(reference))
    .map((row) => pathOf(row, prefix));
}

/** Those that had all of an image. */
export function ownSources(database: Database, reference: Reference, id: Digest): readonly string[] {
  const prefix = `${reference.registry}/`;
  return database
    .prepare(
      `SELECT DISTINCT repository FROM repo_digests
       WHERE image_id = ?1 AND substr(repository, 1, length(?2)) = ?2 AND repository <> ?3 LIMIT ${MOST}`,
    )
    .all(id, prefix, canonicalRepository(reference))
    .map((row) => pathOf(row, prefix));
}

function pathOf(row: unknown, prefix: string): string {
  return z.object({ repository: z.string() }).parse(row).repository.slice(prefix.length);
}
