import { compareVersions } from '#engine/inspect/compare-versions.ts';
import { searchImages } from '#engine/inspect/search-images.ts';
import type { Engine } from '#engine/server/engine.ts';

import type { CallsOf, StreamsOf } from './area.ts';

export function inspectCalls({ containers }: Engine): CallsOf<'inspect'> {
  return { 'inspect.fileDiff': (versions, signal) => compareVersions(containers, versions, signal) };
}

export function inspectStreams({ images, search }: Engine): StreamsOf<'inspect'> {
  return { 'inspect.search': (request, signal) => searchImages(images, search, request, signal) };
}
