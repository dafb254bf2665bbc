import { expect, test } from 'vitest';

import { parseDigest } from '#engine/contract/digest.ts';
import type { RangeSummary, TreeRow } from '#engine/contract/layer.ts';
import type { Params } from '#engine/contract/methods.ts';

import { parentOf } from './layer-tree-rows.ts';
import { createLayerTreeStore, type LayerTreeStore } from './layer-tree.ts';
import { ScriptedEngine } from './scripted-engine.ts';
import { TreeListing } from './tree-listing.ts';

const image = parseDigest(`sha256:${'1'.repeat(64)}`);
const summary: RangeSummary = { added: 1, changed: 0, metadata: 0, removed: 0, addedBytes: 0, hiddenBytes: 0 };

function row(path: string, fields: Partial<TreeRow> = {}): TreeRow {
  return {
    path,
    name: path.slice(path.lastIndexOf('/') + 1),
    type: 'file',
    change: 'added',
    mode: 0o644,
    uid: 0,
    gid: 0,
    size: 1,
    delta: 1,
    mtime: 0,
    layer: 1,
    hasChildren: false,
    ...fields,
  };
}
const directory = (path: string, added = 0): TreeRow =>
  row(path, {
    type: 'directory',
    change: 'unchanged',
    hasChildren: true,
    below: { added, changed: 0, metadata: 0, removed: 0 },
  });

const tree: Readonly<Record<string, readonly TreeRow[]>> = {
  '/': [directory('/etc', 1), directory('/usr')],
  '/etc': [row('/etc/motd'), row('/etc/gone', { change: 'removed' })],
  '/usr': Array.from({ length: 1200 }, (_, index) => row(`/usr/${index}`)),
};

function setting(): { readonly engine: ScriptedEngine; readonly store: LayerTreeStore } {
  const engine = new ScriptedEngine();
  engine.answers['layers.summary'] = () => summary;
  engine.answers['layers.timeline'] = () => ({ base: { name: 'debian:13', layers: 1 } });
  engine.answers['layers.preview'] = () => ({ kind: 'text', text: 'hi', size: 2, isTruncated: false, layer: 1 });
  engine.answers['layers.children'] = ({ path, offset, limit }: Params<'layers.children'>) => {
    const rows = tree[path] ?? [];
    return { rows: rows.slice(offset, offset + limit), total: rows.length };
  };
  return { engine, store: createLayerTreeStore(engine.client) };
}

function paths(store: LayerTreeStore): readonly string[] {
  const { directories, open } = store.getState();
  const lines = new TreeListing(directories, open);
  return Array.from({ length: lines.length }, (_, at) => lines.at(at)?.row?.path ?? '…');
}

test('the whole stack starts closed, a layer opens what it changes', async () => {
  const { store } = setting();
  await store.getState().show({ image, from: 0, to: 1, changedOnly: false });
  expect(paths(store)).toEqual(['/etc', '/usr']);
  await store.getState().show({ image, from: 1, to: 1, changedOnly: true });
  expect(paths(store)).toEqual(['/etc', '/etc/motd', '/etc/gone', '/usr']);
  expect(store.getState().summary).toEqual(summary);
  expect(store.getState().base).toEqual({ name: 'debian:13', layers: 1 });
});

test('the kinds of changes and the order that are asked for are asked of the engine', async () => {
  const { engine, store } = setting();
  await store.getState().show({ image, from: 1, to: 1, changedOnly: false, changes: ['removed'], sort: 'size' });
  expect(engine.callsTo('layers.children')[0]).toMatchObject({ changes: ['removed'], sort: 'size' });
});

test('what a person opened stays open from layer to layer', async () => {
  const { store } = setting();
  await store.getState().show({ image, from: 1, to: 1, changedOnly: false });
  await store.getState().toggle('/etc');
  await store.getState().toggle('/usr');
  await store.getState().show({ image, from: 0, to: 0, changedOnly: false });
  expect(paths(store)).toHaveLength(1202);
  expect(paths(store)[1]).toBe('/usr');
});

test('a long directory comes page by page, each asked for once', async () => {
  const { engine, store } = setting();
  await store.getState().show({ image, from: 0, to: 1, changedOnly: false });
  await store.getState().toggle('/usr');
  expect(paths(store).filter((path) => path === '…')).toHaveLength(700);
  await Promise.all([700, 701, 999].map((index) => store.getState().need('/usr', index)));
  expect(paths(store).filter((path) => path === '…')).toHaveLength(200);
  expect(engine.callsTo('layers.children')).toHaveLength(3);
});

test('an answer for a view that was left is not shown', async () => {
  const { engine, store } = setting();
  const late = Promise.withResolvers<unknown>();
  engine.answers['layers.summary'] = ({ to }: Params<'layers.summary'>) =>
    to === 0 ? late.promise : { ...summary, added: 9 };
  const first = store.getState().show({ image, from: 0, to: 0, changedOnly: false });
  await store.getState().show({ image, from: 0, to: 1, changedOnly: false });
  late.resolve(summary);
  await first;
  expect(store.getState().summary?.added).toBe(9);
});

test('a removed file is read from the layers below, a directory not at all', async () => {
  const { engine, store } = setting();
  await store.getState().show({ image, from: 1, to: 1, changedOnly: false });
  await store.getState().select(row('/etc/gone', { change: 'removed' }));
  await store.getState().select(row('/etc/motd'));
  await store.getState().select(directory('/etc'));
  const asked = engine.callsTo('layers.preview');
  expect(asked).toEqual([
    { image, to: 0, path: '/etc/gone' },
    { image, to: 1, path: '/etc/motd' },
  ]);
  expect(store.getState().preview).toBeUndefined();
});

test('a path stands in its parent', () => {
  expect(['/etc/passwd', '/etc'].map(parentOf)).toEqual(['/etc', '/']);
});
