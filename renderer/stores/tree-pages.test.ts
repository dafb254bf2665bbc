import { expect, test } from 'vitest';

import type { TreePage, TreeRow } from '#engine/contract/layer.ts';

import { type Directories, PAGE, ROOT } from './layer-tree-rows.ts';
import { TreePages } from './tree-pages.ts';

const TOTAL = 1_000_000;

function row(index: number): TreeRow {
  const name = `f${index}`;
  const facts = { change: 'added', mode: 0o644, uid: 0, gid: 0, size: 1, delta: 1, mtime: 0, layer: 0 } as const;
  return { path: `/${name}`, name, type: 'file', hasChildren: index === 0, ...facts };
}

function pageAt(offset: number): TreePage {
  return { total: TOTAL, rows: Array.from({ length: PAGE }, (_, index) => row(offset + index)) };
}

function browsed(selected: TreeRow | undefined): {
  tree: { directories: Directories };
  pages: TreePages;
  asked: number[];
} {
  const tree = { directories: {} as Directories, open: new Set(['/f0']), selected };
  const asked: number[] = [];
  const pages = new TreePages({
    get: () => tree,
    set: (change) => void Object.assign(tree, change),
    page: async ({ offset, sought }) => {
      asked.push(offset);
      // Of a million rows all are called f.
      if (sought === undefined) return pageAt(offset);
      if (sought.text !== 'f') return { total: TOTAL, rows: [] };
      return { ...pageAt(sought.from - (sought.from % PAGE)), found: sought.from };
    },
  });
  return { tree, pages, asked };
}

test('who scrolls through a million rows has only those near by, what is open and what is chosen', async () => {
  const { tree, pages, asked } = browsed(row(5 * PAGE + 1));
  for (let page = 0; page < 100; page += 1) await pages.need(ROOT, page * PAGE + 7);
  const kept = [...(tree.directories[ROOT]?.pages.keys() ?? [])].toSorted((one, other) => one - other);
  expect(kept).toEqual([0, 5, ...Array.from({ length: 24 }, (_, index) => 76 + index)]);
  expect(asked).toHaveLength(100);
});

test('a page that was let go of is asked for again, one that is here or on its way is not', async () => {
  const { pages, asked } = browsed(undefined);
  await Promise.all([pages.need(ROOT, 0), pages.need(ROOT, 3)]);
  await pages.need(ROOT, 10);
  expect(asked).toEqual([0]);
  for (let page = 1; page < 60; page += 1) await pages.need(ROOT, page * PAGE);
  await pages.need(ROOT, 2 * PAGE);
  expect(asked.filter((offset) => offset === 2 * PAGE)).toHaveLength(2);
});

test('a row that is sought comes with its page, and what is near it need not be asked for', async () => {
  const { tree, pages, asked } = browsed(undefined);
  await pages.need(ROOT, 0);
  expect(await pages.seek(ROOT, { text: 'f', from: 700_123 })).toEqual(row(700_123));
  expect([...(tree.directories[ROOT]?.pages.keys() ?? [])]).toEqual([0, 1400]);
  expect(await pages.need(ROOT, 700_499)).toEqual(row(700_499));
  expect(await pages.seek(ROOT, { text: 'x', from: 0 })).toBeUndefined();
  expect([...(tree.directories[ROOT]?.pages.keys() ?? [])]).toEqual([0, 1400]);
  expect(asked).toHaveLength(3);
});

test('whoever asks for a row on the way has it once it is here', async () => {
  const { pages, asked } = browsed(undefined);
  const rows = await Promise.all([pages.need(ROOT, TOTAL - 1), pages.need(ROOT, TOTAL - 2)]);
  expect(rows).toEqual([row(TOTAL - 1), row(TOTAL - 2)]);
  expect(asked).toEqual([TOTAL - PAGE]);
});
