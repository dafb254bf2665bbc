import { EngineError } from '#engine/contract/errors.ts';
import type { ImageParts } from '#engine/image/image-parts.ts';
import type { StoredLayer } from '#engine/image/record-image.ts';
import { usableLayer } from '#engine/image/usable-layer.ts';

import type { BuildLayer } from './store-step.ts';

/** @throws EngineError `corrupt` for a layer that is gone: the build holds them, so somebody took it from the disk. */
export async function storedLayers(images: ImageParts, layers: readonly BuildLayer[]): Promise<readonly StoredLayer[]> {
  return Promise.all(
    layers.map(async ({ diffId, blob }) => {
      const record = await usableLayer(images.layers, diffId);
      if (record !== undefined) return { record, blob };
      throw new EngineError('corrupt', `The layer ${diffId} is gone from the store; build again with --no-cache.`);
    }),
  );
}
