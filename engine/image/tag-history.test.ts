import { expect, test } from 'vitest';

import { parseReference } from '#engine/contract/reference.ts';
import { dockerArchive, ociArchive } from '#engine/testing/archive-fixture.ts';
import { makeImage, type ImageFixture } from '#engine/testing/image-fixture.ts';
import { inPieces } from '#engine/testing/tar-fixture.ts';
import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';

import { listImages } from './list-images.ts';
import { removeImage } from './remove-image.ts';
import { restoreTag, tagHistory } from './tag-history.ts';
import { tagImage } from './tag-image.ts';
import { ImageStore } from './testing/image-store.ts';

const one = await makeImage([[{ name: 'one', body: '1' }]]);
const two = await makeImage([[{ name: 'two', body: '22' }]], { format: 'docker' });
const idOf = (image: ImageFixture) => image.config.descriptor.digest;
const app = parseReference('app:1');

interface Scene extends AsyncDisposable {
  readonly store: ImageStore;
}

/** `app:1` was image one and is image two; both have a name of their own too. */
async function scene(): Promise<Scene> {
  await using stack = new AsyncDisposableStack();
  const dir = stack.use(await temporaryDirectory('tags'));
  const store = stack.use(await ImageStore.open(dir.path));
  await store.load(inPieces(await ociArchive({ image: one, names: ['app:1'] })));
  await store.load(inPieces(await dockerArchive({ image: two, names: ['two:1'] })));
  await tagImage(store.parts, 'two:1', app);
  const owned = stack.move();
  return { store, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

test('every move of a tag is told, newest first, with what has become of where it led', async () => {
  await using at = await scene();
  await removeImage(at.store.parts, 'app:1', { force: false });
  const moves = tagHistory(at.store.parts, 'app:1');
  expect(moves.map(({ cause, from, to }) => [cause, from?.id, to?.id])).toEqual([
    ['untag', idOf(two), undefined],
    ['tag', idOf(one), idOf(two)],
    ['load', undefined, idOf(one)],
  ]);
  expect(moves[0]?.from).toEqual({ id: idOf(two), names: ['two:1'], state: 'here' });
  expect(moves[2]?.to).toEqual({ id: idOf(one), names: [], state: 'here' });
  expect(moves.every(({ tag, at: time }) => tag === 'app:1' && time > 0)).toBe(true);
});

test('of an image all tags are told that it has or had', async () => {
  await using at = await scene();
  const ofOne = tagHistory(at.store.parts, idOf(one));
  expect(ofOne.map(({ tag, cause }) => [tag, cause])).toEqual([
    ['app:1', 'tag'],
    ['app:1', 'load'],
  ]);
  const ofTwo = tagHistory(at.store.parts, idOf(two).slice(7, 19));
  expect(ofTwo.map(({ tag }) => tag)).toEqual(['app:1', 'two:1', 'app:1']);
});

test('what never was a tag has no history', async () => {
  await using at = await scene();
  expect(() => tagHistory(at.store.parts, 'other:1')).toThrow(/^No such image: /);
});

test('a tag leads again to what it led to, and that is a move too', async () => {
  await using at = await scene();
  await restoreTag(at.store.parts, app, idOf(one).slice(7, 19));
  expect(tagHistory(at.store.parts, 'app:1')[0]).toMatchObject({
    cause: 'restore',
    from: { id: idOf(two) },
    to: { id: idOf(one), names: ['app:1'] },
  });
});

test('an image that was removed and is still here for a container comes back with its tag', async () => {
  await using at = await scene();
  at.store.containers.push({ id: 'c'.repeat(64), name: 'box', running: false, imageId: idOf(one) });
  await removeImage(at.store.parts, idOf(one), { force: true });
  expect(tagHistory(at.store.parts, 'app:1')[0]?.from?.state).toBe('held');
  await restoreTag(at.store.parts, app, idOf(one));
  expect(listImages(at.store.parts).find(({ Id }) => Id === idOf(one))?.RepoTags).toEqual(['app:1']);
});

test.each(['ffffffffffff', idOf(two).slice(7, 19)])('where a tag never led it is not led: %s', async (id) => {
  await using at = await scene();
  const restoring = restoreTag(at.store.parts, parseReference('other:1'), id);
  await expect(restoring).rejects.toMatchObject({ code: 'not-found' });
});

test('an image without a tag says what it was, and until when', async () => {
  await using at = await scene();
  const before = listImages(at.store.parts).find(({ Id }) => Id === idOf(one));
  expect(before).toMatchObject({ RepoTags: [], lastTag: 'app:1' });
  expect(before?.lastTagAt).toBe(tagHistory(at.store.parts, 'app:1')[0]?.at);
});
