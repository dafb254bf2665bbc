import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { parseReference } from '#engine/contract/reference.ts';
import { dockerArchive, ociArchive } from '#engine/testing/archive-fixture.ts';
import { makeImage, type ImageFixture } from '#engine/testing/image-fixture.ts';
import { inPieces } from '#engine/testing/tar-fixture.ts';
import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';
import { emptyTrash } from '#engine/trash/remove-from-trash.ts';

import { collectGarbage } from './collect-garbage.ts';
import { imageSharing } from './image-sharing.ts';
import { listImages } from './list-images.ts';
import { previewRemoval } from './preview-removal.ts';
import { removeImage } from './remove-image.ts';
import { removeImages } from './remove-images.ts';
import { storeLedger } from './store-ledger.ts';
import { sumStorage } from './sum-storage.ts';
import { tagImage } from './tag-image.ts';
import { ImageStore } from './testing/image-store.ts';

const base = [{ name: 'base', body: 'x'.repeat(100_000) }];
const middle = [{ name: 'middle', body: 'm'.repeat(30_000) }];
const one = await makeImage([base, middle, [{ name: 'one', body: '1'.repeat(50_000) }]]);
const two = await makeImage([base, middle, [{ name: 'two', body: '22' }]], { format: 'docker', compression: 'none' });
const three = await makeImage([base, [{ name: 'three', body: '3'.repeat(9000) }]]);
const idOf = (image: ImageFixture) => image.config.descriptor.digest;

interface Scene extends AsyncDisposable {
  readonly store: ImageStore;
  readonly path: string;
  /** What du(1) counts of the store's blobs and layers. */
  readonly onDisk: () => number;
}

/** Three images over one base, two of them with one more layer in common; all of it measured. */
async function scene(): Promise<Scene> {
  await using stack = new AsyncDisposableStack();
  const dir = stack.use(await temporaryDirectory('true-bytes'));
  const store = stack.use(await ImageStore.open(dir.path));
  await store.load(inPieces(await ociArchive({ image: one, names: ['one:1'] })));
  await store.load(inPieces(await dockerArchive({ image: two, names: ['two:1'] })));
  await store.load(inPieces(await ociArchive({ image: three, names: ['three:1'] })));
  await storeLedger(store.parts).settled();
  const owned = stack.move();
  return {
    store,
    path: dir.path,
    onDisk: () => {
      const paths = ['blobs/sha256', 'layers'].flatMap((part) =>
        readdirSync(join(dir.path, part)).map((name) => join(dir.path, part, name)),
      );
      if (paths.length === 0) return 0;
      const lines = execFileSync('du', ['--block-size=1', '-s', ...paths], { encoding: 'utf8' });
      return lines.split('\n').reduce((sum, line) => sum + Number.parseInt(line || '0', 10), 0);
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

test('what all images have adds up to what du counts', async () => {
  await using at = await scene();
  const sum = sumStorage(at.store.parts);
  expect(sum.totalBytes).toBe(at.onDisk());
  expect(sum.ownedBytes + sum.sharedBytes).toBe(sum.totalBytes);
  expect(sum.blobBytes + sum.layerBytes).toBe(sum.totalBytes);
  const owned = listImages(at.store.parts).reduce((total, { bytes }) => total + (bytes?.owned ?? 0), 0);
  expect(owned).toBe(sum.ownedBytes);
  expect(sum).toMatchObject({ images: 3, containerBytes: 0, trashBytes: 0, incomingBytes: 0 });
});

test('each part of the store is in one place, wherever images go', async () => {
  await using at = await scene();
  const before = sumStorage(at.store.parts);
  at.store.containers.push({ id: 'c'.repeat(64), name: 'box', running: false, imageId: idOf(one) });
  await removeImage(at.store.parts, idOf(one), { force: true });
  await removeImage(at.store.parts, idOf(three), { force: true });
  const sum = sumStorage(at.store.parts);
  expect(sum.totalBytes).toBe(before.totalBytes);
  expect(sum.ownedBytes + sum.sharedBytes + sum.containerBytes + sum.trashBytes).toBe(sum.totalBytes);
  expect(Math.min(sum.containerBytes, sum.trashBytes)).toBeGreaterThan(0);
  await emptyTrash(at.store.parts.trash);
  expect(sumStorage(at.store.parts)).toMatchObject({ totalBytes: sum.totalBytes - sum.trashBytes, trashBytes: 0 });
  expect(sumStorage(at.store.parts).totalBytes).toBe(at.onDisk());
});

test('an image says what it has alone, with whom it shares, and what goes only together', async () => {
  await using at = await scene();
  const sharing = imageSharing(at.store.parts, 'one:1');
  expect(sharing.owned + sharing.shared).toBe(sharing.total);
  expect(sharing.sharedWith.map(({ name }) => name)).toEqual(['two:1', 'three:1']);
  const sets = sharing.freedWith.map(({ images }) => images.map(({ name }) => name).toSorted());
  expect(sets).toEqual([['three:1', 'two:1'], ['two:1']]);
  expect(sharing.freedWith.reduce((sum, { bytes }) => sum + bytes, sharing.owned)).toBe(sharing.total);
});

test('a layer that nobody has measured yet is measured by the next engine', async () => {
  await using at = await scene();
  const total = sumStorage(at.store.parts).totalBytes;
  at.store.parts.database.exec(
    "DELETE FROM stored_bytes; INSERT INTO stored_bytes VALUES ('blob', 'sha256:0', 7, NULL, NULL)",
  );
  expect(previewRemoval(at.store.parts, { selection: { images: ['one:1'] }, force: false }).isMeasuring).toBe(true);
  await at.store[Symbol.asyncDispose]();
  await using next = await ImageStore.open(at.path);
  await collectGarbage(next.parts);
  storeLedger(next.parts).reconcile();
  await storeLedger(next.parts).settled();
  next.parts.database.exec("DELETE FROM stored_bytes WHERE digest = 'sha256:0'");
  expect(sumStorage(next.parts).totalBytes).toBe(total);
});

test.each([
  ['one image', ['one:1'], false],
  ['a selection', ['one:1', 'two:1'], false],
  ['everything', ['one:1', 'two:1', 'three:1'], false],
  ['one image for good', ['one:1'], true],
  ['a selection for good', ['one:1', 'two:1'], true],
  ['everything for good', ['one:1', 'two:1', 'three:1'], true],
])('what is promised for %s is what is measured afterwards', async (_, names, forGood) => {
  await using at = await scene();
  const before = at.onDisk();
  const selection = { images: names };
  const preview = previewRemoval(at.store.parts, { selection, force: false });
  expect(preview.removed.map(({ name }) => name)).toEqual(names);
  expect(at.onDisk()).toBe(before);
  const outcome = await removeImages(at.store.parts, { selection, force: false, forGood });
  expect(outcome).toMatchObject({ promisedBytes: preview.freedBytes, measuredBytes: preview.freedBytes, refused: [] });
  expect(outcome.trash).toHaveLength(forGood ? 0 : names.length);
  if (!forGood) await emptyTrash(at.store.parts.trash);
  expect(before - at.onDisk()).toBe(preview.freedBytes);
  expect(preview.freedBytes).toBeGreaterThan(0);
});

test('what is shared is told with those that have it, and goes when the last of them goes', async () => {
  await using at = await scene();
  const preview = previewRemoval(at.store.parts, { selection: { images: ['one:1', 'two:1'] }, force: false });
  expect(preview.sharedWith.map(({ name }) => name)).toEqual(['three:1']);
  expect(preview.sharedBytes).toBe(preview.sharedWith[0]?.bytes);
  await removeImage(at.store.parts, 'three:1', { force: false });
  const later = previewRemoval(at.store.parts, { selection: { images: ['one:1', 'two:1'] }, force: false });
  expect(later.sharedWith).toMatchObject([{ isRemoved: true }]);
  await emptyTrash(at.store.parts.trash);
  const last = previewRemoval(at.store.parts, { selection: { images: ['one:1', 'two:1'] }, force: false });
  expect([last.sharedBytes, last.freedBytes]).toEqual([0, at.onDisk()]);
});

test('what stays says why: a container, another tag, something in the trash', async () => {
  await using at = await scene();
  await tagImage(at.store.parts, 'two:1', parseReference('two:latest'));
  at.store.containers.push({ id: 'c'.repeat(64), name: 'box', running: true, imageId: idOf(one) });
  const selection = { images: ['one:1', 'two:1', 'three:1'] };
  const preview = previewRemoval(at.store.parts, { selection, force: false });
  expect(preview).toMatchObject({ removed: [{ name: 'three:1' }], untagged: ['two:1', 'three:1'] });
  expect(preview.kept).toEqual([
    { id: idOf(one), name: 'one:1', reasons: [{ kind: 'container', id: 'c'.repeat(64), name: 'box', running: true }] },
    { id: idOf(two), name: 'two:1', reasons: [{ kind: 'tag', name: 'two:latest' }] },
  ]);
  const outcome = await removeImages(at.store.parts, { selection, force: false, forGood: false });
  expect(outcome.refused).toMatchObject([{ name: 'one:1' }]);
  expect(outcome.refused[0]?.message).toContain('one:1 stays: box was made from it; remove that first.');
  expect(outcome).toMatchObject({ removed: [{ id: idOf(three) }], promisedBytes: preview.freedBytes });
  const left = listImages(at.store.parts).flatMap(({ RepoTags }) => RepoTags);
  expect(left.toSorted()).toEqual(['one:1', 'two:latest']);
});

test.each([
  ['untagged', ['one:1', 'three:1']],
  ['all', []],
] as const)('what nobody uses is pruned: %s', async (unused, left) => {
  await using at = await scene();
  await tagImage(at.store.parts, 'three:1', parseReference('two:1'));
  const preview = previewRemoval(at.store.parts, { selection: { unused }, force: false });
  const outcome = await removeImages(at.store.parts, { selection: { unused }, force: false, forGood: false });
  expect(outcome.removed).toEqual(preview.removed);
  expect(outcome.measuredBytes).toBe(preview.freedBytes);
  const names = listImages(at.store.parts).flatMap(({ RepoTags }) => RepoTags[0] ?? 'none');
  expect(names.toSorted()).toEqual(left);
});
