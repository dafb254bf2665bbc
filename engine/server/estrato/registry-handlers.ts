import { onAbort } from '#engine/async/on-abort.ts';
import type { Engine } from '#engine/server/engine.ts';
import { startRegistry } from '#engine/server/registry/start-registry.ts';

import type { StreamsOf } from './area.ts';

export function registryStreams({ images, log }: Engine): StreamsOf<'registry'> {
  return {
    'registry.serve': async function* serve(options, signal) {
      await using registry = await startRegistry(images, log, options);
      const { promise: left, resolve } = Promise.withResolvers<void>();
      using _ = { [Symbol.dispose]: onAbort(signal, resolve) };
      yield { address: registry.address };
      await left;
    },
  };
}
