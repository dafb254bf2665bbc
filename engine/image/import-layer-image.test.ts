import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { EngineError } from '#engine/contract/errors.ts';
import type { PullProgress } from '#engine/contract/image.ts';
import { parseReference } from '#engine/contract/reference.ts';
import { ownPlatform } from '#engine/testing/image-fixture.ts';
import { digestOf, tarOf } from '#engine/testing/tar-fixture.ts';
import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';

import { importLayerImage, type LayerImage } from './import-layer-image.ts';
import { describeImage } from './list-images.ts';
import { ImageStore } from './testing/image-store.ts';

interface Scene extends AsyncDisposable {
  readonly store: ImageStore;
  /** Of these tars, base first. */
  readonly imageOf: (...tars: readonly Buffer[]) => Promise<LayerImage>;
}

async function scene(): Promise<Scene> {
  await using stack = new AsyncDisposableStack();
  const dir = stack.use(await temporaryDirectory('import'));
  const files = stack.use(await temporaryDirectory('tars'));
  const store = stack.use(await ImageStore.open(dir.path));
  const owned = stack.move();
  return {
    store,
    imageOf: async (...tars) => ({
      tars: await Promise.all(
        tars.map(async (tar, place) => {
          const path = join(files.path, `${place}.tar`);
          await writeFile(path, tar);
          return path;
        }),
      ),
      config: { os: 'linux', architecture: ownPlatform.architecture, config: { Cmd: ['sh'] } },
      references: ['made/here:1', 'made/here:latest'].map(parseReference),
      origin: { kind: 'bootstrap', from: 'this machine' },
    }),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

const nothing = { blobs: [], layers: [], halfDone: [] };
const never = new AbortController().signal;

test('tars become layers of an image, in their order and under its names', async () => {
  await using at = await scene();
  const tars = [await tarOf({ name: 'one', body: '1' }), await tarOf({ name: 'two', body: '22' })];
  const told: PullProgress[] = [];
  const id = await importLayerImage(at.store.parts, await at.imageOf(...tars), (news) => told.push(news), never);
  expect(told.at(-1)).toMatchObject({ status: 'Stored', imageId: id });
  const { summary, layers, config } = await describeImage(at.store.parts, 'made/here');
  expect(summary).toMatchObject({
    Id: id,
    RepoTags: ['made/here:1', 'made/here:latest'],
    origin: { kind: 'bootstrap', from: 'this machine' },
    platform: ownPlatform,
    Size: 3,
  });
  expect(layers.map(({ diffId }) => diffId)).toEqual(tars.map(digestOf));
  expect(config.cmd).toEqual(['sh']);
});

test('a tar that climbs out is refused, and nothing of the others is kept', async () => {
  await using at = await scene();
  const image = await at.imageOf(await tarOf({ name: 'one' }), await tarOf({ name: '../escaped' }));
  const importing = importLayerImage(at.store.parts, image, () => undefined, never);
  await expect(importing).rejects.toMatchObject({ code: 'corrupt' });
  await expect(importing).rejects.toThrow('"../escaped"');
  expect(await at.store.contents()).toEqual(nothing);
});

test('whoever cancels leaves nothing', async () => {
  await using at = await scene();
  const stop = new AbortController();
  const image = await at.imageOf(await tarOf({ name: 'one', body: 'x'.repeat(100_000) }));
  const cancel = (): void => stop.abort(new EngineError('cancelled', 'Cancelled.'));
  await expect(importLayerImage(at.store.parts, image, cancel, stop.signal)).rejects.toMatchObject({
    code: 'cancelled',
  });
  expect(await at.store.contents()).toEqual(nothing);
});
