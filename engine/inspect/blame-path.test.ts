import { readFile } from 'node:fs/promises';

import { afterAll, beforeAll, expect, test } from 'vitest';

import type { IndexEntry } from '#engine/layer/encode-entry-index.ts';
import { EntryIndex } from '#engine/layer/entry-index.ts';
import { walkRange } from '#engine/layer/walk-range.ts';

import { blamePath } from './blame-path.ts';
import { IndexFiles, treeDir, treeFile, whiteout } from './testing/inspect-fixtures.ts';

let files: IndexFiles;
beforeAll(async () => {
  files = await IndexFiles.open();
});
afterAll(() => files[Symbol.asyncDispose]());

async function stackOf(...roots: readonly IndexEntry[]): Promise<readonly EntryIndex[]> {
  const paths = await files.stack(...roots);
  return Promise.all(paths.map(async (path) => EntryIndex.of(await readFile(path))));
}

const file = (name: string, bytes: number): IndexEntry => treeFile(name, name.padEnd(bytes, '.'));

test('of a directory it says what each layer wrote beneath it, at any depth, and hid', async () => {
  const stack = await stackOf(
    treeDir(
      '',
      treeDir('a', file('one', 10), treeDir('b', file('two', 200), treeDir('c', file('three', 3000)))),
      treeDir('d', file('four', 40_000)),
    ),
    treeDir('', treeDir('a', file('one', 11), treeDir('b', whiteout('c')))),
  );
  expect((await blamePath(stack, '/a')).within).toEqual([
    { layer: 0, writtenBytes: 3210, hiddenBytes: 0 },
    { layer: 1, writtenBytes: 11, hiddenBytes: 3010 },
  ]);
  expect((await blamePath(stack, '/')).within).toMatchObject([{ writtenBytes: 43_210 }, { hiddenBytes: 3010 }]);
  expect((await blamePath(stack, '/a/b/c')).versions).toMatchObject([
    { layer: 0, change: 'added' },
    { layer: 1, change: 'removed' },
  ]);
  await expect(blamePath(stack, '/nowhere')).rejects.toMatchObject({ code: 'not-found' });
});

test('as many levels as a layer can have are gone through', async () => {
  let deepest = file('file', 7);
  for (let level = 0; level < 1500; level += 1) deepest = treeDir('d', deepest);
  const stack = await stackOf(treeDir('', deepest));
  expect((await blamePath(stack, '/d')).within).toEqual([{ layer: 0, writtenBytes: 7, hiddenBytes: 0 }]);
  const rows = [...walkRange(stack, { from: 0, to: 0, path: '/' })];
  expect(rows).toHaveLength(1501);
  expect(rows.at(-1)?.path).toBe(`/${'d/'.repeat(1500)}file`);
});
