import { expect, test } from 'vitest';

import { parseReference } from '#engine/contract/reference.ts';
import { dockerArchive, ociArchive } from '#engine/testing/archive-fixture.ts';
import { makeImage, type ImageFixture } from '#engine/testing/image-fixture.ts';
import { TestRegistry } from '#engine/testing/registry-server.ts';
import { inPieces } from '#engine/testing/tar-fixture.ts';
import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';
import { keepBudget } from '#engine/trash/keep-budget.ts';
import { listTrash } from '#engine/trash/list-trash.ts';
import { emptyTrash, removeFromTrash } from '#engine/trash/remove-from-trash.ts';
import { restoreFromTrash } from '#engine/trash/restore-from-trash.ts';
import { changeTrashSettings } from '#engine/trash/trash-settings.ts';

import { collectGarbage } from './collect-garbage.ts';
import { listImages } from './list-images.ts';
import { pruneImages } from './prune-images.ts';
import { removeImage } from './remove-image.ts';
import { storeLedger } from './store-ledger.ts';
import { storeWeights } from './store-weights.ts';
import { restoreTag, tagHistory } from './tag-history.ts';
import { tagImage } from './tag-image.ts';
import { ImageStore } from './testing/image-store.ts';

const base = [{ name: 'base', body: 'x'.repeat(100_000) }];
const one = await makeImage([base, [{ name: 'one', body: '1'.repeat(50_000) }]]);
const two = await makeImage([base, [{ name: 'two', body: '22' }]], { format: 'docker' });
const idOf = (image: ImageFixture) => image.config.descriptor.digest;
const never = new AbortController().signal;

interface Scene extends AsyncDisposable {
  readonly store: ImageStore;
  readonly path: string;
  readonly remove: (image: string, force?: boolean) => Promise<string>;
}

/** With image one as `one:1` and image two as `two:1`, both measured. */
async function scene(): Promise<Scene> {
  await using stack = new AsyncDisposableStack();
  const dir = stack.use(await temporaryDirectory('trashed-images'));
  const store = stack.use(await ImageStore.open(dir.path));
  await store.load(inPieces(await ociArchive({ image: one, names: ['one:1'] })));
  await store.load(inPieces(await dockerArchive({ image: two, names: ['two:1'] })));
  await storeLedger(store.parts).settled();
  const owned = stack.move();
  return {
    store,
    path: dir.path,
    remove: async (image, force = false) => (await removeImage(store.parts, image, { force })).trash ?? '',
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

const trash = ({ store }: Scene) => listTrash(store.parts.trash);
const find = ({ store }: Scene, image: ImageFixture) => listImages(store.parts).find(({ Id }) => Id === idOf(image));

test('a removed image comes back as it was, with tags, what a registry called it, and its history', async () => {
  await using at = await scene();
  await using registry = await TestRegistry.start();
  registry.push('team/app:1', one);
  await at.store.pull(`${registry.host}/team/app:1`);
  const before = find(at, one);
  const entry = await at.remove(idOf(one), true);
  expect(find(at, one)).toBeUndefined();
  expect(trash(at)).toMatchObject([
    { id: entry, kind: 'image', isNameTaken: false, cause: 'removed', image: { id: idOf(one), taken: [] } },
  ]);
  expect(trash(at)[0]?.image?.tags).toEqual(before?.RepoTags);
  expect(await restoreFromTrash(at.store.parts.trash, entry)).toMatchObject({
    kind: 'image',
    id: idOf(one),
    warnings: [],
  });
  expect(find(at, one)).toEqual(before);
  expect(trash(at)).toEqual([]);
  expect(tagHistory(at.store.parts, 'one:1').map(({ cause }) => cause)).toEqual(['restore', 'remove', 'load']);
});

test('a tag that was taken away comes back, also when its image was removed after it', async () => {
  await using at = await scene();
  await tagImage(at.store.parts, 'one:1', parseReference('extra:1'));
  const tag = await at.remove('extra:1');
  expect(trash(at)).toMatchObject([{ id: tag, kind: 'tag', name: 'extra:1', bytes: 0 }]);
  await at.remove('one:1');
  await restoreFromTrash(at.store.parts.trash, tag);
  expect(find(at, one)?.RepoTags).toEqual(['extra:1']);
  await restoreFromTrash(at.store.parts.trash, 'one:1');
  expect(find(at, one)?.RepoTags).toEqual(['extra:1', 'one:1']);
});

test('a tag in the trash keeps no image: it goes with it', async () => {
  await using at = await scene();
  await tagImage(at.store.parts, 'one:1', parseReference('extra:1'));
  await at.remove('extra:1');
  const entry = await at.remove('one:1');
  await removeFromTrash(at.store.parts.trash, entry);
  expect(trash(at)).toEqual([]);
  expect((await at.store.contents()).layers).toEqual(two.layers.map(({ diffId }) => diffId).toSorted());
});

test('a tag that leads elsewhere by now is asked about, and taken back or left as said', async () => {
  await using at = await scene();
  const entry = await at.remove('one:1');
  await tagImage(at.store.parts, 'two:1', parseReference('one:1'));
  expect(trash(at)[0]).toMatchObject({ isNameTaken: true, image: { taken: ['one:1'] } });
  const restoring = restoreFromTrash(at.store.parts.trash, entry);
  await expect(restoring).rejects.toMatchObject({ code: 'conflict' });
  await expect(restoring).rejects.toThrow(`one:1 leads to another image by now (${idOf(two).slice(7, 19)})`);
  expect(find(at, one)).toBeUndefined();
  const left = await restoreFromTrash(at.store.parts.trash, entry, { taken: 'leave' });
  expect(left.warnings).toEqual(['one:1 stays with the image that has it now.']);
  expect(find(at, one)?.RepoTags).toEqual([]);
  const again = await at.remove(idOf(one));
  expect(await restoreFromTrash(at.store.parts.trash, again, { name: 'one:again' })).toMatchObject({
    name: 'one:again',
  });
  expect(find(at, one)?.RepoTags).toEqual(['one:again']);
});

test('a tag is taken back from the image that has it now', async () => {
  await using at = await scene();
  const entry = await at.remove('one:1');
  await tagImage(at.store.parts, 'two:1', parseReference('one:1'));
  await restoreFromTrash(at.store.parts.trash, entry, { taken: 'take' });
  expect(find(at, one)?.RepoTags).toEqual(['one:1']);
  expect(find(at, two)?.RepoTags).toEqual(['two:1']);
});

test('an entry weighs what goes when it goes, and all of them what the trash keeps', async () => {
  await using at = await scene();
  const owned = storeWeights(at.store.parts.database).bytesOf(idOf(one)).owned;
  const all = storeWeights(at.store.parts.database).objects.reduce((sum, { bytes }) => sum + bytes, 0);
  await at.remove('one:1');
  expect(trash(at)[0]?.bytes).toBe(owned);
  await at.remove('two:1');
  const weights = [...(at.store.parts.trash.kinds.get('image')?.weigh?.().values() ?? [])];
  expect(weights.reduce((sum, { counted }) => sum + counted, 0)).toBe(all);
  expect(weights.every(({ own, counted }) => own <= counted)).toBe(true);
  const { removed, freedBytes } = await emptyTrash(at.store.parts.trash);
  expect([removed, freedBytes]).toEqual([2, all]);
  expect(await at.store.contents()).toEqual({ blobs: [], layers: [], halfDone: [] });
});

test('the budget counts what is really kept, and takes the oldest first', async () => {
  await using at = await scene();
  const all = storeWeights(at.store.parts.database).objects.reduce((sum, { bytes }) => sum + bytes, 0);
  await at.remove('one:1');
  await at.remove('two:1');
  await changeTrashSettings(at.store.parts.trash, { maxBytes: all });
  await keepBudget(at.store.parts.trash, Date.now(), never);
  expect(trash(at)).toHaveLength(2);
  await changeTrashSettings(at.store.parts.trash, { maxBytes: all - 1 });
  await keepBudget(at.store.parts.trash, Date.now(), never);
  expect(trash(at).map(({ name }) => name)).toEqual(['two:1']);
});

test('what a prune removes is in the trash too, and says so', async () => {
  await using at = await scene();
  await tagImage(at.store.parts, 'two:1', parseReference('one:1'));
  await pruneImages(at.store.parts, ({ RepoTags }) => RepoTags.length === 0);
  expect(trash(at)).toMatchObject([{ kind: 'image', cause: 'pruned', name: idOf(one).slice(7, 19) }]);
  await restoreTag(at.store.parts, parseReference('one:1'), idOf(one));
  expect(find(at, one)?.RepoTags).toEqual(['one:1']);
});

test('an image that came back meanwhile by a pull is not lost with its entry', async () => {
  await using at = await scene();
  await at.remove('one:1');
  await at.store.load(inPieces(await ociArchive({ image: one, names: ['one:1'] })));
  expect(trash(at)[0]?.bytes).toBe(0);
  await emptyTrash(at.store.parts.trash);
  await collectGarbage(at.store.parts);
  expect(find(at, one)?.RepoTags).toEqual(['one:1']);
  expect((await at.store.contents()).layers).toHaveLength(3);
});

test('images in the trash are there for the next engine', async () => {
  await using at = await scene();
  const entry = await at.remove('one:1');
  await at.store[Symbol.asyncDispose]();
  await using next = await ImageStore.open(at.path);
  await collectGarbage(next.parts);
  await restoreFromTrash(next.parts.trash, entry);
  expect(listImages(next.parts).map(({ RepoTags }) => RepoTags)).toContainEqual(['one:1']);
});
