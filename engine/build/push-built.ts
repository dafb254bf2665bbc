import { EngineError, toEngineError } from '#engine/contract/errors.ts';
import { familiarName } from '#engine/contract/reference.ts';
import type { ImageParts } from '#engine/image/image-parts.ts';
import { pushImage } from '#engine/image/push-image.ts';

import type { Tell } from './build-event.ts';
import type { BuildRequest } from './build-request.ts';
import { hasIndex } from './record-build.ts';

/** Brings what was built to the registries of its names. @throws EngineError with the name and the registry's refusal. */
export async function pushBuilt(
  images: ImageParts,
  request: BuildRequest,
  { tell, signal }: { readonly tell: Tell; readonly signal: AbortSignal },
): Promise<void> {
  const { references, credentials } = request;
  if (references.length === 0)
    throw new EngineError('invalid-argument', 'What is pushed needs a name: give it one with --tag.');
  for (const reference of references) {
    const name = familiarName(reference);
    tell({ kind: 'notice', message: `Pushing ${name}` });
    const own = await credentials?.(reference.registry);
    const options = { allPlatforms: hasIndex(request), ...(own === undefined ? {} : { credentials: own }) };
    try {
      for await (const _ of pushImage(images, reference, options, signal));
    } catch (error) {
      signal.throwIfAborted();
      const { code, message } = toEngineError(error);
      throw new EngineError(code, `${name} was built and not pushed: ${message}`, { cause: error });
    }
  }
}
