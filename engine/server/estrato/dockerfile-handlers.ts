import { outlineOf } from '#engine/build/dockerfile-outline.ts';
import { EngineError } from '#engine/contract/errors.ts';
import { checkDockerfile } from '#engine/dockerfile/check-dockerfile.ts';
import { resolveImage } from '#engine/image/resolve-image.ts';
import type { Engine } from '#engine/server/engine.ts';

import type { CallsOf } from './area.ts';

export function dockerfileCalls({ images }: Engine): CallsOf<'dockerfiles'> {
  const environmentOf = async (image: string): Promise<readonly string[] | undefined> => {
    try {
      const { config } = await resolveImage(images, image);
      return config.config.env.map((entry) => entry.split('=', 1)[0] ?? '');
    } catch (error) {
      // Not here, or no name at all: nothing is fetched for a check.
      if (error instanceof EngineError) return undefined;
      throw error;
    }
  };
  return {
    'dockerfiles.outline': async ({ text }) => outlineOf(text),
    'dockerfiles.check': async ({ text, ignore }) => ({
      problems: [...(await checkDockerfile(text, { ignore, environmentOf }))],
    }),
  };
}
