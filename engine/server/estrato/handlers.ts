import type { Engine } from '#engine/server/engine.ts';

import { buildCalls, buildDuplexes, buildStreams } from './builds-handlers.ts';
import { containerCalls, containerDuplexes, containerStreams } from './containers-handlers.ts';
import { dockerfileCalls } from './dockerfile-handlers.ts';
import type { Handlers } from './handler.ts';
import { imageCalls, imageDuplexes, imageStreams } from './images-handlers.ts';
import { inspectCalls, inspectStreams } from './inspect-handlers.ts';
import { jobCalls } from './jobs-handlers.ts';
import { layerCalls, layerDuplexes, layerStreams } from './layers-handlers.ts';
import { networkCalls } from './networks-handlers.ts';
import { registriesCalls } from './registries-handlers.ts';
import { registryCalls, registryStreams } from './registry-handlers.ts';
import { systemCalls, systemStreams } from './system-handlers.ts';
import { trashCalls, trashStreams } from './trash-handlers.ts';
import { volumeCalls, volumeDuplexes } from './volumes-handlers.ts';

/** What answers each method of the table: translates, and calls the verbs that Docker's routes call too. */
export function engineHandlers(engine: Engine): Handlers {
  return {
    calls: {
      ...systemCalls(engine),
      ...jobCalls(engine),
      ...imageCalls(engine),
      ...registriesCalls(engine),
      ...registryCalls(engine),
      ...layerCalls(engine),
      ...inspectCalls(engine),
      ...dockerfileCalls(engine),
      ...buildCalls(engine),
      ...containerCalls(engine),
      ...volumeCalls(engine),
      ...networkCalls(engine),
      ...trashCalls(engine),
    },
    streams: {
      ...systemStreams(engine),
      ...imageStreams(engine),
      ...inspectStreams(engine),
      ...layerStreams(engine),
      ...buildStreams(engine),
      ...containerStreams(engine),
      ...trashStreams(engine),
      ...registryStreams(engine),
    },
    duplexes: {
      ...imageDuplexes(engine),
      ...buildDuplexes(engine),
      ...layerDuplexes(engine),
      ...containerDuplexes(engine),
      ...volumeDuplexes(engine),
    },
  };
}
