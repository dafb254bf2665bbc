import { expect, test } from 'vitest';

import type { CompareSide } from '#engine/contract/comparison.ts';
import type { TreeRow } from '#engine/contract/layer.ts';

import { createComparisonStore } from './comparison.ts';
import { ScriptedEngine } from './scripted-engine.ts';

const side = (image: string): CompareSide => ({ kind: 'image', image });
const row = (path: string, change: TreeRow['change']): TreeRow => ({
  path,
  name: path.slice(1),
  type: 'file',
  change,
  mode: 0o644,
  uid: 0,
  gid: 0,
  size: 1,
  delta: 0,
  mtime: 0,
  layer: 0,
  hasChildren: false,
});

function engineWith(result: object): ScriptedEngine {
  const engine = new ScriptedEngine();
  engine.answers['inspect.compare'] = () => result;
  engine.answers['inspect.compareChildren'] = () => ({ rows: [row('/a', 'changed')], total: 1 });
  engine.answers['inspect.fileDiff'] = () => ({ kind: 'same' });
  engine.answers['inspect.comparePreview'] = ({ side: shown }: { readonly side: string }) => ({ text: shown });
  return engine;
}

test('two things are compared, and their files asked for under the name that the comparison has', async () => {
  const engine = engineWith({ id: 'c1', tree: {} });
  const store = createComparisonStore(engine.client);
  store.getState().compare(side('a'), side('b'));
  await expect.poll(() => store.getState().result?.status).toBe('shown');
  expect(store.getState().directories['/']?.total).toBe(1);
  expect(engine.callsTo('inspect.compareChildren')).toEqual([
    expect.objectContaining({ comparison: 'c1', path: '/', changedOnly: true }),
  ]);
  await store.getState().select(row('/a', 'changed'));
  expect(store.getState().file).toMatchObject({ status: 'shown', value: { kind: 'diff' } });
  await store.getState().select(row('/a', 'removed'));
  expect(store.getState().file).toMatchObject({ value: { kind: 'one', preview: { text: 'before' } } });
  await store.getState().select(row('/a', 'added'));
  expect(store.getState().file).toMatchObject({ value: { kind: 'one', preview: { text: 'now' } } });
});

test('of a side whose files are not known no files are asked for, and who leaves is told nothing', async () => {
  const engine = engineWith({ id: 'c2' });
  const store = createComparisonStore(engine.client);
  store.getState().compare(side('a'), side('b'))();
  store.getState().compare(side('b'), side('a'));
  await expect.poll(() => store.getState().result?.status).toBe('shown');
  expect(engine.callsTo('inspect.compareChildren')).toEqual([]);
  expect(engine.callsTo('inspect.compare')).toHaveLength(2);
});
