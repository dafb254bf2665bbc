import { expect, test, vi } from 'vitest';

import type { EngineEvent } from '#engine/contract/event.ts';
import type { TagMove } from '#engine/contract/tag-history.ts';

import { ScriptedEngine } from './scripted-engine.ts';
import { createStorageStore } from './storage.ts';
import { createTagHistoryStore } from './tag-history.ts';

const event = (type: EngineEvent['type']): EngineEvent => ({ type, action: 'x', id: 'x', attributes: {}, time: 0 });

test('the sum is asked for while somebody looks, and again when the store changes', async () => {
  const engine = new ScriptedEngine();
  engine.answers['images.storage'] = () => ({ totalBytes: 7 });
  const store = createStorageStore(engine.client);
  store.getState().onEvent(event('store'));
  expect(engine.callsTo('images.storage')).toHaveLength(0);
  const leave = store.getState().follow();
  await vi.waitFor(() => expect(store.getState().sum).toEqual({ totalBytes: 7 }));
  store.getState().onEvent(event('network'));
  expect(engine.callsTo('images.storage')).toHaveLength(1);
  store.getState().onEvent(event('store'));
  expect(engine.callsTo('images.storage')).toHaveLength(2);
  leave();
  store.getState().onEvent(event('image'));
  expect(engine.callsTo('images.storage')).toHaveLength(2);
});

const move: TagMove = { sequence: 1, tag: 'app:1', cause: 'pull', at: 0 };

test('the history of an image is followed, and a tag that can not be restored says why', async () => {
  const engine = new ScriptedEngine();
  engine.answers['images.tagHistory'] = () => [move];
  engine.answers['images.restoreTag'] = () => {
    throw new Error('gone for good');
  };
  const store = createTagHistoryStore(engine.client);
  const leave = store.getState().follow('one');
  await vi.waitFor(() => expect(store.getState().moves).toEqual([move]));
  expect(await store.getState().restore('app:1', 'two')).toBe(false);
  expect(store.getState().failure?.message).toBe('gone for good');
  store.getState().onEvent(event('image'));
  await vi.waitFor(() => expect(engine.callsTo('images.tagHistory').length).toBeGreaterThan(1));
  leave();
  expect(store.getState().moves).toBeUndefined();
});
