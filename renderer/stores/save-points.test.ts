import { expect, test, vi } from 'vitest';

import { EngineError } from '#engine/contract/errors.ts';
import type { SavePoint } from '#engine/contract/save-point.ts';

import { createSavePointsStore } from './save-points.ts';
import { ScriptedEngine } from './scripted-engine.ts';

const point: SavePoint = { id: 'p1', name: 'before', note: '', createdAt: 0, isAutomatic: false };

test('what fails says so, and what is compared stays until it is closed', async () => {
  const engine = new ScriptedEngine();
  const store = createSavePointsStore(engine.client);
  engine.answers['volumes.points'] = () => [point];
  await store.getState().show('data');
  engine.answers['volumes.restore'] = () => {
    throw new EngineError('conflict', 'it is mounted elsewhere');
  };
  const restoring = store.getState().restore(point);
  expect(store.getState().pending).toBe('restore');
  expect(await restoring).toBe(false);
  expect(store.getState()).toMatchObject({ pending: undefined, failure: { action: 'restore' } });
  const comparison = { added: 1, changed: 0, touched: 0, removed: 0, bytes: 5, changes: [], isWhole: true };
  engine.answers['volumes.compare'] = () => comparison;
  await store.getState().compare(point);
  expect(store.getState()).toMatchObject({ failure: undefined, compared: { point, comparison } });
  store.getState().closeComparison();
  expect(store.getState().compared).toBeUndefined();
});

test('the list follows the save points of the volume that is shown', async () => {
  const engine = new ScriptedEngine();
  const store = createSavePointsStore(engine.client);
  engine.answers['volumes.points'] = () => [];
  await store.getState().show('data');
  const news = { type: 'save-point', action: 'create', attributes: {}, time: 0 } as const;
  store.getState().onEvent({ ...news, id: 'another' });
  expect(engine.callsTo('volumes.points')).toHaveLength(1);
  engine.answers['volumes.points'] = () => [point];
  store.getState().onEvent({ ...news, id: 'data' });
  await vi.waitFor(() => expect(store.getState().points).toEqual([point]));
});
