import { expect, test } from 'vitest';

import type { TreeRow } from '#engine/contract/layer.ts';

import { type Directories, type Directory, PAGE, parentOf, ROOT, withPage } from './layer-tree-rows.ts';
import { TreeListing } from './tree-listing.ts';

function row(path: string, hasChildren = false): TreeRow {
  return {
    path,
    name: path.slice(path.lastIndexOf('/') + 1),
    type: hasChildren ? 'directory' : 'file',
    change: 'unchanged',
    mode: 0o644,
    uid: 0,
    gid: 0,
    size: 1,
    delta: 0,
    mtime: 0,
    layer: 0,
    hasChildren,
  };
}

/** All of it is here. */
function directory(...rows: readonly TreeRow[]): Directory {
  let known: Directory | undefined;
  for (let offset = 0; offset < rows.length; offset += PAGE) {
    known = withPage(known, { rows: rows.slice(offset, offset + PAGE), total: rows.length }, offset);
  }
  return known ?? { total: 0, pages: new Map() };
}

const tree: Directories = {
  '/': directory(row('/a', true), row('/b', true), row('/c'), row('/d', true)),
  '/a': directory(row('/a/one', true), row('/a/two')),
  '/a/one': directory(row('/a/one/x')),
  '/d': directory(...Array.from({ length: PAGE + 3 }, (_, at) => row(`/d/${at}`))),
};

function shown(directories: Directories, ...open: readonly string[]): readonly string[] {
  const lines = new TreeListing(directories, new Set(open));
  return Array.from({ length: lines.length }, (_, at) => lines.at(at)?.row?.path ?? '…');
}

test('rows are in the order of a walk, with what is open beneath its row', () => {
  expect(shown(tree)).toEqual(['/a', '/b', '/c', '/d']);
  expect(shown(tree, '/a', '/a/one')).toEqual(['/a', '/a/one', '/a/one/x', '/a/two', '/b', '/c', '/d']);
  // One that is open and of which nothing has come yet.
  expect(shown(tree, '/b', '/a')).toEqual(['/a', '/a/one', '/a/two', '/b', '/c', '/d']);
  expect(shown(tree, '/d')).toHaveLength(4 + PAGE + 3);
  // In a directory that is closed.
  expect(shown(tree, '/a/one')).toEqual(['/a', '/b', '/c', '/d']);
});

test('a line knows its place, and the place of a path is its line', () => {
  const lines = new TreeListing(tree, new Set(['/a', '/a/one', '/b', '/d']));
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines.at(at);
    const path = line?.row?.path ?? '';
    expect(lines.indexOf(path)).toBe(at);
    expect(line).toMatchObject({ key: path, parent: parentOf(path), level: path.split('/').length - 1 });
    expect(line?.isOpen).toBe(['/a', '/a/one', '/b', '/d'].includes(path));
  }
  expect(lines.at(2)).toMatchObject({ index: 0, siblings: 1 });
  expect([lines.at(-1), lines.at(lines.length)]).toEqual([undefined, undefined]);
  expect([lines.indexOf('/nowhere'), lines.indexOf('/c/x'), lines.indexOf(ROOT)]).toEqual([-1, -1, -1]);
});

test('the rows that are here are told with their lines, what is open beneath them among them', () => {
  const lines = new TreeListing(tree, new Set(['/a', '/a/one', '/b', '/d']));
  const told = [...lines.loaded()].map(([line, { path }]) => [line, path]);
  expect(told).toEqual(Array.from({ length: lines.length }, (_, at) => [at, lines.at(at)?.row?.path]));
});

test('of a million rows those that are asked for are made, here or not', () => {
  const total = 1_000_000;
  const page = Array.from({ length: PAGE }, (_, at) => row(`/${700_000 + at}`));
  const directories = { [ROOT]: withPage(withPage(undefined, { rows: [], total }, 0), { rows: page, total }, 700_000) };
  const lines = new TreeListing(directories, new Set());
  expect(lines.length).toBe(total);
  expect(lines.at(700_123)).toMatchObject({ key: '/700123', index: 700_123, siblings: total });
  expect(lines.at(999_999)).toMatchObject({ key: '/ 999999', row: undefined, parent: ROOT, index: 999_999 });
  expect(lines.indexOf('/700499')).toBe(700_499);
  const here = [...lines.loaded()];
  expect(here).toHaveLength(PAGE);
  expect(here[0]).toEqual([700_000, row('/700000')]);
});

test('the directories that are drawn and not all here are told, and no others', () => {
  const many = withPage(undefined, { rows: [row('/a/0')], total: PAGE + 1 }, 0);
  const directories = { ...tree, '/a': many, '/b': many };
  expect(new TreeListing(directories, new Set(['/a', '/d'])).unfinished).toEqual(['/a']);
  expect(new TreeListing(tree, new Set(['/a', '/d'])).unfinished).toEqual([]);
});

test('a directory that has changed its length begins anew', () => {
  const before = directory(row('/a'), row('/b'));
  expect(withPage(before, { rows: [row('/c')], total: 1 }, 0)).toEqual(directory(row('/c')));
});
