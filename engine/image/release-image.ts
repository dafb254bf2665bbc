import type { Digest } from '#engine/contract/digest.ts';
import { transaction } from '#engine/metadata/database.ts';
import { publishTrash } from '#engine/trash/trash-events.ts';

import { collectAmong } from './collect-garbage.ts';
import { forgetRemoved } from './forget-removed.ts';
import type { ImageParts } from './image-parts.ts';
import { findImage, layersOf } from './image-records.ts';

/**
 * What a removed image was held for is gone for good: the image goes too, unless something else still needs it.
 *
 * @returns the bytes that were freed.
 */
export async function releaseImage(parts: ImageParts, id: Digest): Promise<number> {
  const { usage } = parts;
  if (usage.isKept(id) || usage.containers().some(({ imageId }) => imageId === id)) return 0;
  const digests = digestsOf(parts, id);
  const forgotten = transaction(parts.database, () => forgetRemoved(parts, id));
  if (forgotten === undefined) return 0;
  for (const entry of forgotten) publishTrash(parts.trash, entry, 'remove');
  return (await collectAmong(parts, digests)).freedBytes;
}

/** All that may have nobody left once the image is gone. */
function digestsOf({ database }: Pick<ImageParts, 'database'>, id: Digest): readonly Digest[] {
  const manifest = findImage(database, id)?.manifestDigest;
  const layers = layersOf(database, id).flatMap(({ diffId, blobDigest }) => [diffId, blobDigest]);
  return [id, ...(manifest === undefined ? [] : [manifest]), ...layers];
}
