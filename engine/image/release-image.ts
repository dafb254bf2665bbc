import type { Digest } from '#engine/contract/digest.ts';

import { collectAmong } from './collect-garbage.ts';
import type { ImageParts } from './image-parts.ts';
import { digestsOf } from './remove-image.ts';

/** What a removed image was held for is gone for good: the image goes too, unless something else still needs it. */
export async function releaseImage(parts: ImageParts, id: Digest): Promise<void> {
  const { database, usage } = parts;
  if (usage.isKept(id) || usage.containers().some(({ imageId }) => imageId === id)) return;
  const digests = digestsOf(database, id);
  const { changes } = database.prepare('DELETE FROM images WHERE id = ? AND removed_at IS NOT NULL').run(id);
  if (changes > 0) await collectAmong(parts, digests);
}
