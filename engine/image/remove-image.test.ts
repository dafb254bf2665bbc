import { expect, test } from 'vitest';

import type { Digest } from '#engine/contract/digest.ts';
import { parseReference } from '#engine/contract/reference.ts';
import { dockerArchive, ociArchive } from '#engine/testing/archive-fixture.ts';
import { makeImage, type ImageFixture } from '#engine/testing/image-fixture.ts';
import { TestRegistry } from '#engine/testing/registry-server.ts';
import { inPieces } from '#engine/testing/tar-fixture.ts';
import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';
import { emptyTrash } from '#engine/trash/remove-from-trash.ts';

import { chainIds } from './record-image.ts';
import { listImages } from './list-images.ts';
import { removeImage } from './remove-image.ts';
import { resolveImage } from './resolve-image.ts';
import { storeLedger } from './store-ledger.ts';
import { tagImage } from './tag-image.ts';
import { collectGarbage } from './collect-garbage.ts';
import { ImageStore } from './testing/image-store.ts';

const base = [{ name: 'base', body: 'x'.repeat(1000) }];
const one = await makeImage([base, [{ name: 'one', body: '1' }]]);
const two = await makeImage([base, [{ name: 'two', body: '22' }]], { format: 'docker', compression: 'none' });
const idOf = (image: ImageFixture): Digest => image.config.descriptor.digest;
const nothing = { blobs: [], layers: [], halfDone: [] };

interface Scene extends AsyncDisposable {
  readonly store: ImageStore;
  readonly tag: (image: string, name: string) => Promise<void>;
  readonly remove: (image: string, force?: boolean) => ReturnType<typeof removeImage>;
  readonly names: () => readonly (readonly string[])[];
  /** Everything in the trash goes for good. @returns the bytes. */
  readonly empty: () => Promise<number>;
}

/** With image one as `one:1` and image two as `two:1`. */
async function scene(): Promise<Scene> {
  await using stack = new AsyncDisposableStack();
  const dir = stack.use(await temporaryDirectory('remove'));
  const store = stack.use(await ImageStore.open(dir.path));
  await store.load(inPieces(await ociArchive({ image: one, names: ['one:1'] })));
  await store.load(inPieces(await dockerArchive({ image: two, names: ['two:1'] })));
  const owned = stack.move();
  return {
    store,
    tag: (image, name) => tagImage(store.parts, image, parseReference(name)),
    remove: (image, force = false) => removeImage(store.parts, image, { force }),
    empty: async () => (await emptyTrash(store.parts.trash)).freedBytes,
    names: () => listImages(store.parts).map(({ RepoTags }) => RepoTags),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

const containerOf = (image: ImageFixture, running: boolean): ImageStore['containers'][number] => ({
  id: 'c'.repeat(64),
  name: 'box',
  running,
  imageId: idOf(image),
});

test('a name goes freely while there is another; with the last one goes the image', async () => {
  await using at = await scene();
  await at.tag('one:1', 'one:latest');
  const untagged = await at.remove('one:1');
  expect(untagged).toMatchObject({ untagged: ['one:1'], deleted: [], freedBytes: 0 });
  await storeLedger(at.store.parts).settled();
  const [, top] = chainIds(one.layers.map(({ diffId }) => diffId));
  const removed = await at.remove('one');
  expect(removed).toMatchObject({ untagged: ['one:latest'], deleted: [idOf(one), top] });
  expect(removed.freedBytes).toBeGreaterThan(0);
  expect((await at.store.contents()).layers).toHaveLength(3);
  expect(await at.empty()).toBe(removed.freedBytes);
  const { layers, blobs } = await at.store.contents();
  expect(layers).toEqual(two.layers.map(({ diffId }) => diffId).toSorted());
  expect(blobs).not.toContain(idOf(one));
  expect((await resolveImage(at.store.parts, 'two:1')).diffIds).toHaveLength(2);
});

test('the last image takes everything with it once the trash is emptied', async () => {
  await using at = await scene();
  await at.remove('one:1');
  await at.remove(idOf(two).slice(7, 20));
  expect(at.names()).toEqual([]);
  await at.empty();
  expect(await at.store.contents()).toEqual(nothing);
});

test('a name moves to another image, and the one it left is remembered by it', async () => {
  await using at = await scene();
  await at.tag('two:1', 'one:1');
  const images = listImages(at.store.parts);
  expect(images.find(({ Id }) => Id === idOf(one))).toMatchObject({ RepoTags: [], lastTag: 'one:1' });
  expect(images.find(({ Id }) => Id === idOf(two))?.RepoTags).toEqual(['one:1', 'two:1']);
});

test('an image is found by each of its names', async () => {
  await using at = await scene();
  await at.tag('one:1', 'registry.test/team/one:1');
  const hex = idOf(one).slice('sha256:'.length);
  for (const name of [
    'one:1',
    'docker.io/library/one:1',
    'registry.test/team/one:1',
    hex,
    hex.slice(0, 12),
    idOf(one),
  ]) {
    expect((await resolveImage(at.store.parts, name)).id).toBe(idOf(one));
  }
});

test.each(['none', 'one:2', 'ffffffffffff', `sha256:${'f'.repeat(64)}`, 'UPPER', '../..', ''])(
  'for %j there is no image, in the words that clients look for',
  async (name) => {
    await using at = await scene();
    const asking = resolveImage(at.store.parts, name);
    await expect(asking).rejects.toMatchObject({ code: 'not-found' });
    await expect(asking).rejects.toThrow(/^No such image: /);
    await expect(at.remove(name)).rejects.toMatchObject({ code: 'not-found' });
    await expect(at.tag(name, 'new:1')).rejects.toMatchObject({ code: 'not-found' });
  },
);

test('a name by digest is not ours to give', async () => {
  await using at = await scene();
  await expect(at.tag('one:1', `one@${idOf(two)}`)).rejects.toMatchObject({ code: 'invalid-argument' });
});

test('an id that stands for several names has to be forced', async () => {
  await using at = await scene();
  await at.tag('one:1', 'other/one:1');
  const removing = at.remove(idOf(one));
  await expect(removing).rejects.toMatchObject({ code: 'conflict' });
  await expect(removing).rejects.toThrow(
    `conflict: unable to delete ${idOf(one).slice(7, 19)} (must be forced) - image is referenced in multiple repositories`,
  );
  expect((await at.remove(idOf(one), true)).untagged).toEqual(['one:1', 'other/one:1']);
});

test.each([
  [true, 'one:1', 'unable to remove repository reference "one:1" (must force) - container cccccccccccc is using'],
  [true, idOf(one), '(cannot be forced) - image is being used by running container cccccccccccc'],
  [false, 'one:1', 'unable to remove repository reference "one:1" (must force) - container cccccccccccc is using'],
  [false, idOf(one), '(must be forced) - image is being used by stopped container cccccccccccc'],
])('an image that a container has is kept (running: %s, by %s)', async (running, name, words) => {
  await using at = await scene();
  at.store.containers.push(containerOf(one, running));
  const before = await at.store.contents();
  const removing = at.remove(name);
  await expect(removing).rejects.toMatchObject({ code: 'conflict' });
  await expect(removing).rejects.toThrow(words);
  expect(await at.store.contents()).toEqual(before);
  expect(at.names().flat()).toContain('one:1');
});

test('what a stopped container was made from is forced off the list, and goes with the container', async () => {
  await using at = await scene();
  const before = await at.store.contents();
  at.store.containers.push(containerOf(one, false));
  await at.remove(idOf(one), true);
  expect(at.names()).toEqual([['two:1']]);
  expect((await at.store.contents()).layers).toEqual(before.layers);
  expect((await resolveImage(at.store.parts, idOf(one))).diffIds).toHaveLength(2);
  expect(await collectGarbage(at.store.parts)).toMatchObject({ layers: 0 });

  await at.empty();
  expect((await at.store.contents()).layers).toEqual(before.layers);
  at.store.containers.length = 0;
  expect(await collectGarbage(at.store.parts)).toMatchObject({ layers: 1 });
  expect((await at.store.contents()).layers).toHaveLength(2);
});

test('of a running container the name can be forced away, and no more', async () => {
  await using at = await scene();
  at.store.containers.push(containerOf(one, true));
  expect(await at.remove('one:1', true)).toMatchObject({ untagged: ['one:1'], deleted: [] });
  await expect(at.remove(idOf(one), true)).rejects.toThrow('cannot be forced');
  expect(listImages(at.store.parts)).toHaveLength(2);
});

test('an image that was removed for its containers comes back with its name', async () => {
  await using at = await scene();
  at.store.containers.push(containerOf(one, false));
  await at.remove(idOf(one), true);
  await at.store.load(inPieces(await ociArchive({ image: one, names: ['one:1'] })));
  expect(at.names().flat()).toContain('one:1');
});

test('what a registry called an image goes with the last name from there', async () => {
  await using at = await scene();
  await using registry = await TestRegistry.start();
  registry.push('team/app:1', one);
  registry.push('team/app:2', one);
  const name = `${registry.host}/team/app`;
  await at.store.pull(`${name}:1`);
  await at.store.pull(`${name}:2`);
  const byDigest = `${name}@${one.manifest.descriptor.digest}`;
  expect((await resolveImage(at.store.parts, byDigest)).id).toBe(idOf(one));
  expect((await at.remove(`${name}:1`)).untagged).toEqual([`${name}:1`]);
  expect((await at.remove(`${name}:2`)).untagged).toEqual([`${name}:2`, byDigest]);
  expect(listImages(at.store.parts).find(({ Id }) => Id === idOf(one))).toMatchObject({
    RepoTags: ['one:1'],
    RepoDigests: [],
  });
});

test('whoever listens is told of names that go and of the image', async () => {
  await using at = await scene();
  const stop = new AbortController();
  const heard: string[] = [];
  const events = at.store.events.subscribe({ signal: stop.signal });
  await at.tag('one:1', 'one:latest');
  await at.remove('one:1');
  await at.remove('one:latest');
  for await (const { type, action } of events) {
    if (type === 'image') heard.push(action);
    if (action === 'delete') break;
  }
  expect(heard).toEqual(['tag', 'untag', 'untag', 'delete']);
});
