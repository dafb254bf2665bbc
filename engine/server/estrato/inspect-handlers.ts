import { compareVersions } from '#engine/inspect/compare-versions.ts';
import { previewSideFile } from '#engine/inspect/read-side-file.ts';
import { searchImages } from '#engine/inspect/search-images.ts';
import { findUsers } from '#engine/inspect/find-users.ts';
import { imagePackages, imageSbom } from '#engine/inspect/installed-packages.ts';
import { mapShared } from '#engine/inspect/shared-map.ts';
import { efficiencyOf, whyBig } from '#engine/inspect/why-big.ts';
import type { Engine } from '#engine/server/engine.ts';

import type { CallsOf, StreamsOf } from './area.ts';

export function inspectCalls(engine: Engine): CallsOf<'inspect'> {
  const { comparisons, images } = engine;
  return {
    'inspect.fileDiff': (versions, signal) => compareVersions(engine, versions, signal),
    'inspect.efficiency': ({ image }, signal) => efficiencyOf(engine, image, signal),
    'inspect.compare': (sides, signal) => comparisons.compare(sides, signal),
    'inspect.compareChildren': (directory, signal) => comparisons.children(directory, signal),
    'inspect.comparePreview': async ({ comparison, side, path }) =>
      previewSideFile(images.layers, comparisons.find(comparison)[side], path),
    'inspect.sharedMap': async () => mapShared(images),
    'inspect.usedBy': async (thing) => findUsers(engine, thing),
    'inspect.whyBig': ({ image }, signal) => whyBig(engine, image, signal),
  };
}

export function inspectStreams(engine: Engine): StreamsOf<'inspect'> {
  const { images, search, comparisons } = engine;
  return {
    'inspect.compareWalk': ({ comparison, ...request }, signal) => comparisons.walk(comparison, request, signal),
    'inspect.packages': ({ image }, signal) => imagePackages(engine, image, signal),
    'inspect.sbom': ({ image }, signal) => imageSbom(engine, image, signal),
    'inspect.search': (request, signal) => searchImages(images, search, request, signal),
  };
}
