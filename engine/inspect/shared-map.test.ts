import { afterAll, beforeAll, expect, test } from 'vitest';

import { sumStorage } from '#engine/image/sum-storage.ts';
import { removeImage } from '#engine/image/remove-image.ts';
import { ImageStore } from '#engine/image/testing/image-store.ts';
import { dockerArchive, ociArchive } from '#engine/testing/archive-fixture.ts';
import { makeImage } from '#engine/testing/image-fixture.ts';
import { inPieces } from '#engine/testing/tar-fixture.ts';
import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';

import { findUsers } from './find-users.ts';
import { mapShared } from './shared-map.ts';

const base = [{ name: 'base', body: 'x'.repeat(100_000) }];
const middle = [{ name: 'middle', body: 'm'.repeat(30_000) }];
const trunk = await makeImage([base, middle]);
const one = await makeImage([base, middle, [{ name: 'one', body: '1' }], [{ name: 'more', body: '+' }]]);
// The same layers by other blobs.
const two = await makeImage([base, middle, [{ name: 'two', body: '2'.repeat(60_000) }]], {
  format: 'docker',
  compression: 'none',
});
// Less than the others' branch on any file system, whatever the size of its blocks.
const three = await makeImage([base, [{ name: 'three', body: '3'.repeat(9000) }], middle]);
const apart = await makeImage([[{ name: 'apart', body: 'a' }]]);

let store: ImageStore;
const stack = new AsyncDisposableStack();
beforeAll(async () => {
  const dir = stack.use(await temporaryDirectory('shared-map'));
  store = stack.use(await ImageStore.open(dir.path));
  await store.load(inPieces(await ociArchive({ image: trunk, names: ['trunk:1'] })));
  await store.load(inPieces(await ociArchive({ image: one, names: ['one:1'] })));
  await store.load(inPieces(await dockerArchive({ image: two, names: ['two:1'] })));
  await store.load(inPieces(await ociArchive({ image: three, names: ['three:1'] })));
  await store.load(inPieces(await ociArchive({ image: apart, names: ['apart:1'] })));
});
afterAll(() => stack.disposeAsync());

test('a map has a trunk and its branches, each layer where the images that share it part', () => {
  const { segments } = mapShared(store.parts);
  const drawn = segments.map(({ parent, layers, imageCount, images }) => ({
    parent,
    layers: layers.length,
    imageCount,
    images: images.map(({ name }) => name),
  }));
  expect(drawn).toEqual([
    { parent: undefined, layers: 1, imageCount: 4, images: [] },
    { parent: 0, layers: 1, imageCount: 3, images: ['trunk:1'] },
    { parent: 1, layers: 1, imageCount: 1, images: ['two:1'] },
    { parent: 1, layers: 2, imageCount: 1, images: ['one:1'] },
    { parent: 0, layers: 2, imageCount: 1, images: ['three:1'] },
    { parent: undefined, layers: 1, imageCount: 1, images: ['apart:1'] },
  ]);
});

test('every byte of the store is in it once', () => {
  const { segments, totalBytes, unsharedBytes } = mapShared(store.parts);
  const storage = sumStorage(store.parts);
  const inSegments = segments.reduce(
    (sum, { bytes, images }) => sum + bytes + images.reduce((documents, image) => documents + image.bytes, 0),
    0,
  );
  expect(inSegments).toBe(storage.totalBytes);
  expect(totalBytes).toBe(storage.totalBytes);
  expect(unsharedBytes).toBeGreaterThan(totalBytes);
  // The same layer on another one is the same bytes.
  const repeated = segments.flatMap(({ layers }) => layers.filter(({ isRepeated }) => isRepeated));
  expect(repeated).toEqual([{ diffId: trunk.layers[1]?.diffId, bytes: 0, isRepeated: true }]);
});

test('users of an image are its containers and what was built on it, those in the trash too', async () => {
  const idOf = ({ config }: typeof one) => config.descriptor.digest;
  store.containers.push({ id: 'c'.repeat(64), name: 'box', running: true, imageId: idOf(one) });
  store.parts.trash.table.insert({
    id: 'd'.repeat(64),
    kind: 'container',
    name: 'gone',
    cause: 'removed',
    removedAt: 1,
    imageId: idOf(one),
    pieces: [],
    record: {},
    phase: 'here',
  });
  const containers = [
    { id: 'c'.repeat(64), name: 'box', state: 'running', image: idOf(one) },
    { id: 'd'.repeat(64), name: 'gone', state: 'trash', image: idOf(one) },
  ];
  const images = store.parts;
  expect(findUsers({ images }, { image: 'one:1' })).toEqual({ images: [], containers });

  await removeImage(store.parts, 'two:1', { force: false });
  const built = findUsers({ images }, { image: 'trunk:1' });
  expect(built.containers).toEqual([]);
  expect(new Map(built.images.map(({ id, isRemoved }) => [id, isRemoved]))).toEqual(
    new Map([
      [idOf(one), false],
      [idOf(two), true],
    ]),
  );

  const layer = trunk.layers[1]?.diffId ?? idOf(trunk);
  const having = findUsers({ images }, { layer });
  expect(new Map(having.images.map(({ id, layer: place }) => [id, place]))).toEqual(
    new Map([
      [idOf(trunk), 1],
      [idOf(one), 1],
      [idOf(two), 1],
      [idOf(three), 2],
    ]),
  );
  expect(having.containers).toEqual(containers);
  expect(() => findUsers({ images }, { image: 'none:1' })).toThrow('No such image: none:1');
});
