import { EngineError } from '#engine/contract/errors.ts';
import type { CheckOptions } from '#engine/dockerfile/check-dockerfile.ts';
import type { ImageParts } from '#engine/image/image-parts.ts';
import { resolveImage } from '#engine/image/resolve-image.ts';

/** Names of the variables that images of this machine bring: nothing is fetched for a check. */
export function knownEnvironment(images: ImageParts): CheckOptions['environmentOf'] {
  return async (image) => {
    try {
      const { config } = await resolveImage(images, image);
      return config.config.env.map((entry) => entry.split('=', 1)[0] ?? '');
    } catch (error) {
      // Not here, or no name at all.
      if (error instanceof EngineError) return undefined;
      throw error;
    }
  };
}
