import type { Digest } from '#engine/contract/digest.ts';
import type { TrashRecord } from '#engine/trash/trash-record.ts';

import type { ImageParts } from './image-parts.ts';

/**
 * Takes a removed image off the record for good, and tags of it that were still in the trash: they lead nowhere now.
 * Only within a transaction.
 *
 * @returns the trash's entries that went along; nothing when the image isn't there or has come back.
 */
export function forgetRemoved(
  { database, trash }: Pick<ImageParts, 'database' | 'trash'>,
  id: Digest,
): readonly TrashRecord[] | undefined {
  const isRemoved = database.prepare('SELECT 1 FROM images WHERE id = ? AND removed_at IS NOT NULL').get(id);
  if (isRemoved === undefined) return undefined;
  const entries = trash.table.dropTagsOf(id);
  database.prepare('DELETE FROM images WHERE id = ?').run(id);
  return entries;
}
