import { EngineError } from '#engine/contract/errors.ts';
import type { ImageSummary, RemovedImage } from '#engine/contract/image.ts';
import { publishPrune } from '#engine/events/publish-prune.ts';

import type { ImageParts } from './image-parts.ts';
import { listImages } from './list-images.ts';
import { removeImage } from './remove-image.ts';

/** Removes every image that no container has and that is wanted gone. */
export async function pruneImages(
  parts: ImageParts,
  isWanted: (image: ImageSummary) => boolean,
): Promise<RemovedImage> {
  const untagged: string[] = [];
  const deleted: string[] = [];
  let freedBytes = 0;
  for (const image of listImages(parts).filter(isWanted)) {
    const isUsed = parts.usage.containers().some(({ imageId }) => imageId === image.Id);
    const removed = isUsed ? undefined : await removeUnlessUsed(parts, image.Id);
    if (removed === undefined) continue;
    untagged.push(...removed.untagged);
    deleted.push(...removed.deleted);
    freedBytes += removed.freedBytes;
  }
  publishPrune(parts.events, 'image', freedBytes);
  return { untagged, deleted, freedBytes };
}

async function removeUnlessUsed(parts: ImageParts, id: string): Promise<RemovedImage | undefined> {
  try {
    return await removeImage(parts, id, { force: true, cause: 'pruned' });
  } catch (error) {
    if (error instanceof EngineError && (error.code === 'conflict' || error.code === 'not-found')) return undefined;
    throw error;
  }
}
