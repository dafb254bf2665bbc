import { z } from 'zod';

import type { LayerCompression } from '#engine/archive/compress.ts';
import { digest, type Digest } from '#engine/contract/digest.ts';
import { transaction, type Database } from '#engine/metadata/database.ts';

/** A layer as it was sent: what registries call it. */
export interface CompressedLayer {
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
}

const stored = z.object({ digest, size: z.int() });

export function compressedLayer(
  database: Database,
  diffId: Digest,
  compression: LayerCompression,
): CompressedLayer | undefined {
  const row = database
    .prepare('SELECT digest, size FROM compressed_layers WHERE diff_id = ? AND compression = ?')
    .get(diffId, compression);
  return row === undefined ? undefined : stored.parse(row);
}

/** What is remembered of layers that have gone goes now too: those that no image has, and no step of a build. */
export function rememberCompressed(
  database: Database,
  diffId: Digest,
  { compression, digest: called, size }: CompressedLayer & { readonly compression: LayerCompression },
): void {
  transaction(database, () => {
    database.exec(
      `DELETE FROM compressed_layers WHERE diff_id NOT IN (SELECT diff_id FROM image_layers)
         AND NOT EXISTS (SELECT 1 FROM build_steps WHERE build_steps.diff_id = compressed_layers.diff_id)`,
    );
    database
      .prepare('INSERT OR REPLACE INTO compressed_layers (diff_id, compression, digest, size) VALUES (?, ?, ?, ?)')
      .run(diffId, compression, called, size);
  });
}
