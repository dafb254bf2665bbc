import { searchImages } from '#engine/inspect/search-images.ts';
import type { Engine } from '#engine/server/engine.ts';

import type { StreamsOf } from './area.ts';

export function inspectStreams({ images, search }: Engine): StreamsOf<'inspect'> {
  return { 'inspect.search': (request, signal) => searchImages(images, search, request, signal) };
}
