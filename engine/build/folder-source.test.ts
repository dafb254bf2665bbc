import { chmod, mkdir, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';

import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { IgnoreRules } from '#engine/dockerfile/ignore-rules.ts';
import { openDatabase, type Database } from '#engine/metadata/database.ts';
import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';

import { openFolderMemory } from './folder-memory.ts';
import { FolderSource } from './folder-source.ts';
import { planCopy, type CopyItem } from './plan-copy.ts';
import type { SourceTree } from './source-tree.ts';

/** Long enough after the last change that another one would show. */
const LATER_MS = 10_000;

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + LATER_MS }));
afterEach(() => void vi.useRealTimers());

const nothing: SourceTree = {
  name: 'nothing',
  entry: () => Promise.resolve(undefined),
  names: () => Promise.resolve([]),
  digest: () => Promise.reject(new Error('there is no file')),
  open: () => {
    throw new Error('there is no file');
  },
};

interface Scene extends AsyncDisposable {
  readonly folder: string;
  /** What a build plans to copy of the folder. */
  plan(step?: string): Promise<readonly CopyItem[]>;
  /** What an engine would forget that is started anew. */
  restart(): void;
}

async function contextOf(files: Readonly<Record<string, string>>): Promise<Scene> {
  const dir = await temporaryDirectory('folder-source');
  const folder = join(dir.path, 'context');
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(folder, name, '..'), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  let database: Database = openDatabase(join(dir.path, 'estrato.db'));
  return {
    folder,
    plan: async (step = 'COPY . .') => {
      using kept = openFolderMemory(database, folder);
      const tree = new FolderSource(kept.memory, new IgnoreRules(''));
      return await planCopy({ tree, below: nothing, sources: ['/'], destination: '/', owner: undefined, step });
    },
    restart: () => {
      database.close();
      database = openDatabase(join(dir.path, 'estrato.db'));
    },
    [Symbol.asyncDispose]: async () => {
      database.close();
      await dir[Symbol.asyncDispose]();
    },
  };
}

function digests(items: readonly CopyItem[]): Readonly<Record<string, string>> {
  return Object.fromEntries(items.map(({ path, digest }) => [path, digest]));
}

test('what is as it was is planned once, for each step', async () => {
  await using scene = await contextOf({ 'a/one': '1', two: '2' });
  const plan = await scene.plan();
  expect(await scene.plan()).toBe(plan);
  expect(await scene.plan('COPY . /elsewhere')).not.toBe(plan);
  scene.restart();
  const again = await scene.plan();
  expect(again).not.toBe(plan);
  expect(digests(again)).toEqual(digests(plan));
});

test.each<readonly [what: string, (folder: string) => Promise<void>]>([
  [
    'content of the same size and time',
    async (folder) => {
      await writeFile(join(folder, 'two'), 'B');
      await utimes(join(folder, 'two'), 1, 1);
    },
  ],
  ['a mode', (folder) => chmod(join(folder, 'two'), 0o700)],
  ['a new file, deep in it', (folder) => writeFile(join(folder, 'a/b/new'), '')],
  ['one that is gone', (folder) => rm(join(folder, 'a/b/one'))],
  ['a new name', (folder) => rename(join(folder, 'two'), join(folder, 'three'))],
  [
    'a link in the place of a file',
    async (folder) => {
      await rm(join(folder, 'two'));
      await symlink('a', join(folder, 'two'));
    },
  ],
])('%s is seen', async (_what, change) => {
  await using scene = await contextOf({ 'a/b/one': '1', two: '2' });
  await utimes(join(scene.folder, 'two'), 1, 1);
  const before = await scene.plan();
  await change(scene.folder);
  const now = await scene.plan();
  expect(now).not.toBe(before);
  const described = (items: readonly CopyItem[]): readonly unknown[] =>
    items.map(({ path, type, mode, digest, linkTarget }) => [path, type, mode, digest, linkTarget]);
  expect(described(now)).not.toEqual(described(before));
  expect(await scene.plan()).toBe(now);
});

test('what has just been written is looked at again, since its clock may not show the next change', async () => {
  await using scene = await contextOf({ one: '1' });
  vi.setSystemTime(Date.now() - LATER_MS);
  const plan = await scene.plan();
  const again = await scene.plan();
  expect(again).not.toBe(plan);
  expect(digests(again)).toEqual(digests(plan));
});

test.each([
  ['a small file', 10],
  ['a large file', 3 * 1024 * 1024],
])('%s that changes after it was looked at is read to its length, and the tree says so', async (_what, size) => {
  await using scene = await contextOf({ changing: 'x'.repeat(size), steady: 'y' });
  using kept = openFolderMemory(openDatabase(':memory:'), scene.folder);
  const tree = new FolderSource(kept.memory, new IgnoreRules(''));
  const [changing, steady] = [await tree.entry('changing'), await tree.entry('steady')];
  if (changing === undefined || steady === undefined) throw new Error('the files are there');
  const bytesOf = (file: typeof steady): Promise<Buffer> => buffer(tree.open(file));
  expect([await bytesOf(steady), tree.hasChanged]).toEqual([Buffer.from('y'), false]);
  await writeFile(join(scene.folder, 'changing'), 'short');
  const bytes = await bytesOf(changing);
  expect([bytes.length, bytes.toString('utf8', 0, 5), bytes.at(-1)]).toEqual([size, 'short', 0]);
  expect(tree.hasChanged).toBe(true);
  expect(new FolderSource(kept.memory, new IgnoreRules('')).hasChanged).toBe(false);
});
