import { expect, test } from 'vitest';

import { planCopy } from './plan-copy.ts';
import type { SourceEntry, SourceTree } from './source-tree.ts';

const looks = { mode: 0o644, uid: 0, gid: 0, size: 0, linkTarget: '' };

/** A folder with so many files in it, and nothing else. */
function treeOf(files: number): SourceTree {
  const entryOf = (path: string): SourceEntry => ({
    ...looks,
    path,
    type: path === '' ? 'directory' : 'file',
    mtime: path === '' ? 0 : 1000 + Number(path),
  });
  return {
    name: 'the build context',
    entry: (path) => Promise.resolve(path === '' || Number(path) < files ? entryOf(path) : undefined),
    names: () => Promise.resolve(Array.from({ length: files }, (_, number) => `${number}`)),
    digest: () => Promise.resolve(''),
    async *open() {
      // Empty.
    },
  };
}

test('a folder of more files than a call can have arguments is copied', async () => {
  const copy = { tree: treeOf(150_000), below: treeOf(0), sources: ['.'], owner: undefined };
  const items = await planCopy({ ...copy, destination: '/app/' });
  expect(items).toHaveLength(150_001);
  expect(items[0]).toMatchObject({ path: 'app', type: 'directory', mtime: 150_999 });
});
