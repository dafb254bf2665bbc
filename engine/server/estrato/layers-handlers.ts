import { setImmediate } from 'node:timers/promises';

import { EngineError } from '#engine/contract/errors.ts';
import type { LayerRange, TreeRow } from '#engine/contract/layer.ts';
import type { Params } from '#engine/contract/methods.ts';
import { resolveImage } from '#engine/image/resolve-image.ts';
import { blamePath } from '#engine/inspect/blame-path.ts';
import { entryDetailsOf } from '#engine/inspect/entry-details.ts';
import { findBase } from '#engine/inspect/find-base.ts';
import { tarOfStack } from '#engine/inspect/tar-of-stack.ts';
import { summariseRange } from '#engine/layer/compare-layers.ts';
import type { EntryIndex } from '#engine/layer/entry-index.ts';
import { listDirectory } from '#engine/layer/layer-tree.ts';
import { layerFileChunks, previewFile } from '#engine/layer/read-layer-file.ts';
import { prepareRange } from '#engine/layer/recent-stacks.ts';
import { walkRange } from '#engine/layer/walk-range.ts';
import type { Engine } from '#engine/server/engine.ts';

import type { CallsOf, DuplexesOf, StreamsOf } from './area.ts';

export function layerCalls(engine: Engine): CallsOf<'layers'> {
  const { images } = engine;
  return {
    'layers.children': async (request) => listDirectory(await indexesOf(engine, request), request),
    'layers.summary': async (range) => summariseRange(await indexesOf(engine, range), range.from, range.to),
    'layers.timeline': async ({ image }) => {
      const base = await findBase(images, image);
      return base === undefined ? {} : { base };
    },
    'layers.preview': async ({ image, to, path }) => {
      const { diffIds } = await resolveImage(images, image);
      return previewFile(images.layers, diffIds, to, path);
    },
    'layers.entry': async ({ image, to, path }) => {
      const { diffIds } = await resolveImage(images, image);
      checkRange({ from: 0, to }, diffIds.length);
      return entryDetailsOf(images.layers, diffIds.slice(0, to + 1), path);
    },
    'layers.blame': async ({ image, path }) => blamePath(await allIndexes(engine, image), path),
  };
}

export function layerStreams(engine: Engine): StreamsOf<'layers'> {
  return { 'layers.walk': (request, signal) => walk(engine, request, signal) };
}

export function layerDuplexes({ images }: Engine): DuplexesOf<'layers'> {
  return {
    'layers.extract': async ({ image, to, path, as, part }, peer, signal) => {
      const { diffIds } = await resolveImage(images, image);
      checkRange({ from: 0, to }, diffIds.length);
      const chunks =
        as === 'tar'
          ? tarOfStack(images.layers, { diffIds, to, path })
          : layerFileChunks(images.layers, diffIds, { to, path, part });
      let bytes = 0;
      for await (const chunk of chunks) {
        signal.throwIfAborted();
        await peer.write(chunk);
        bytes += chunk.length;
      }
      return { bytes };
    },
  };
}

async function allIndexes({ images }: Engine, image: string): Promise<readonly EntryIndex[]> {
  const { diffIds } = await resolveImage(images, image);
  return Promise.all(diffIds.map((diffId) => images.layers.index(diffId)));
}

async function indexesOf(engine: Engine, range: LayerRange): Promise<readonly EntryIndex[]> {
  const indexes = await allIndexes(engine, range.image);
  checkRange(range, indexes.length);
  await prepareRange(indexes, range.from, range.to);
  return indexes;
}

function checkRange({ from, to }: Pick<LayerRange, 'from' | 'to'>, layers: number): void {
  if (from <= to && to < layers) return;
  throw new EngineError(
    'invalid-argument',
    `The image has ${layers} layers, numbered from 0: there is no range ${from} to ${to}.`,
  );
}

const ROWS_AT_ONCE = 500;

async function* walk(engine: Engine, request: Params<'layers.walk'>, signal: AbortSignal): AsyncGenerator<TreeRow[]> {
  let rows: TreeRow[] = [];
  for (const row of walkRange(await indexesOf(engine, request), request)) {
    rows.push(row);
    if (rows.length < ROWS_AT_ONCE) continue;
    yield rows;
    rows = [];
    // A million rows are no reason to let everybody else wait.
    await setImmediate();
    signal.throwIfAborted();
  }
  if (rows.length > 0) yield rows;
}
