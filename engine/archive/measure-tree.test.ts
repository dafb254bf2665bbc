import { link, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { removeTree } from '#engine/async/remove-tree.ts';
import { makeDeepTree } from '#engine/testing/deep-tree.ts';
import { temporaryDirectory, type TemporaryDirectory } from '#engine/testing/temporary-directory.ts';

import { measureTree } from './measure-tree.ts';

let dir: TemporaryDirectory;
beforeEach(async () => {
  dir = await temporaryDirectory('measured');
});
afterEach(async () => {
  await removeTree(join(dir.path, 'tree'));
  await dir[Symbol.asyncDispose]();
});

const never = new AbortController().signal;

test('counts a file of several names once, follows no link, and tells what is read from what the disk holds', async () => {
  const path = join(dir.path, 'tree');
  await mkdir(join(path, 'low'), { recursive: true });
  await writeFile(join(dir.path, 'beside'), 'x'.repeat(1000));
  await writeFile(join(path, 'file'), 'x'.repeat(5000));
  await link(join(path, 'file'), join(path, 'low', 'name'));
  await symlink('../beside', join(path, 'link'));
  const { bytes, ...others } = await measureTree(path, never);
  expect(others).toEqual({ files: 3, content: 5000 + '../beside'.length });
  expect(bytes % 512).toBe(0);
  expect(bytes).toBeGreaterThanOrEqual(5000);
});

test('what is not there takes nothing', async () => {
  expect(await measureTree(join(dir.path, 'tree'), never)).toEqual({ files: 0, content: 0, bytes: 0 });
});

test('measures what is deeper than a path can say', async () => {
  await makeDeepTree(join(dir.path, 'tree'));
  expect(await measureTree(join(dir.path, 'tree'), never)).toMatchObject({ files: 57, content: 6 });
});
