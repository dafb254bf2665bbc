import { EngineError } from '#engine/contract/errors.ts';
import type { LayerRange } from '#engine/contract/layer.ts';
import { resolveImage } from '#engine/image/resolve-image.ts';
import { findBase } from '#engine/inspect/find-base.ts';
import { summariseRange } from '#engine/layer/compare-layers.ts';
import type { EntryIndex } from '#engine/layer/entry-index.ts';
import { listDirectory } from '#engine/layer/layer-tree.ts';
import { previewFile } from '#engine/layer/read-layer-file.ts';
import type { Engine } from '#engine/server/engine.ts';

import type { CallsOf } from './area.ts';

export function layerCalls({ images }: Engine): CallsOf<'layers'> {
  const indexesOf = async ({ image, from, to }: LayerRange): Promise<readonly EntryIndex[]> => {
    const { diffIds } = await resolveImage(images, image);
    if (from > to || to >= diffIds.length) {
      throw new EngineError(
        'invalid-argument',
        `The image has ${diffIds.length} layers, numbered from 0: there is no range ${from} to ${to}.`,
      );
    }
    return Promise.all(diffIds.map((diffId) => images.layers.index(diffId)));
  };
  return {
    'layers.children': async (request) => listDirectory(await indexesOf(request), request),
    'layers.summary': async (range) => summariseRange(await indexesOf(range), range.from, range.to),
    'layers.timeline': async ({ image }) => {
      const base = await findBase(images, image);
      return base === undefined ? {} : { base };
    },
    'layers.preview': async ({ image, to, path }) => {
      const { diffIds } = await resolveImage(images, image);
      return previewFile(images.layers, diffIds, to, path);
    },
  };
}
