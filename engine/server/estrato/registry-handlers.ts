import { onAbort } from '#engine/async/on-abort.ts';
import type { Engine } from '#engine/server/engine.ts';
import { startRegistry } from '#engine/server/registry/start-registry.ts';

import type { CallsOf, StreamsOf } from './area.ts';

export function registryCalls({ registrySwitch }: Engine): CallsOf<'registry'> {
  return {
    'registry.turnOn': (options) => registrySwitch.turnOn(options),
    'registry.turnOff': async () => {
      await registrySwitch.turnOff();
      return {};
    },
  };
}

export function registryStreams({ images, log, registrySwitch }: Engine): StreamsOf<'registry'> {
  return {
    'registry.watch': (_, signal) => registrySwitch.watch(signal),
    'registry.serve': async function* serve(options, signal) {
      await using registry = await startRegistry(images, log, options);
      const { promise: left, resolve } = Promise.withResolvers<void>();
      using _ = { [Symbol.dispose]: onAbort(signal, resolve) };
      yield { address: registry.address };
      await left;
    },
  };
}
