import { compareVersions } from '#engine/inspect/compare-versions.ts';
import { searchImages } from '#engine/inspect/search-images.ts';
import { efficiencyOf, whyBig } from '#engine/inspect/why-big.ts';
import type { Engine } from '#engine/server/engine.ts';

import type { CallsOf, StreamsOf } from './area.ts';

export function inspectCalls(engine: Engine): CallsOf<'inspect'> {
  const { containers } = engine;
  return {
    'inspect.fileDiff': (versions, signal) => compareVersions(containers, versions, signal),
    'inspect.efficiency': ({ image }, signal) => efficiencyOf(engine, image, signal),
    'inspect.whyBig': ({ image }, signal) => whyBig(engine, image, signal),
  };
}

export function inspectStreams({ images, search }: Engine): StreamsOf<'inspect'> {
  return { 'inspect.search': (request, signal) => searchImages(images, search, request, signal) };
}
