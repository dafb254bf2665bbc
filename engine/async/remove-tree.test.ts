import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { makeDeepTree } from '#engine/testing/deep-tree.ts';
import { temporaryDirectory, type TemporaryDirectory } from '#engine/testing/temporary-directory.ts';

import { removeTree } from './remove-tree.ts';

let dir: TemporaryDirectory;
beforeEach(async () => {
  dir = await temporaryDirectory('tree');
});
afterEach(async () => {
  await dir[Symbol.asyncDispose]();
});

test('removes what is deeper than a path can say, and nothing beside it', async () => {
  const path = join(dir.path, 'tree');
  await mkdir(path);
  await writeFile(join(dir.path, 'kept'), 'kept');
  await makeDeepTree(join(path, 'one'));
  await makeDeepTree(join(path, 'other'));
  await mkdir(join(path, 'low', 'leaf'), { recursive: true });
  await symlink('..', join(path, 'low', 'up'));
  await removeTree(path);
  expect(await readdir(dir.path)).toEqual(['kept']);
});

test('what is not there is gone already; a link goes, and not what it leads to', async () => {
  await removeTree(join(dir.path, 'nothing'));
  await mkdir(join(dir.path, 'kept'));
  await symlink('kept', join(dir.path, 'link'));
  await removeTree(join(dir.path, 'link'));
  expect(await readdir(dir.path)).toEqual(['kept']);
});
