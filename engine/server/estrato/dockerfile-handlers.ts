import { outlineOf } from '#engine/build/dockerfile-outline.ts';
import { knownEnvironment } from '#engine/build/known-environment.ts';
import { checkDockerfile } from '#engine/dockerfile/check-dockerfile.ts';
import type { Engine } from '#engine/server/engine.ts';

import type { CallsOf } from './area.ts';

export function dockerfileCalls({ images }: Engine): CallsOf<'dockerfiles'> {
  const environmentOf = knownEnvironment(images);
  return {
    'dockerfiles.outline': async ({ text }) => outlineOf(text),
    'dockerfiles.check': async ({ text, ignore }) => ({
      problems: [...(await checkDockerfile(text, { ignore, environmentOf }))],
    }),
  };
}
