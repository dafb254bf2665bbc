import { expect, test, vi } from 'vitest';

import { EngineError } from '#engine/contract/errors.ts';
import type { VolumeSummary } from '#engine/contract/volume.ts';

import { ScriptedEngine } from './scripted-engine.ts';
import { createVolumesStore } from './volumes.ts';

const volume = (name: string): VolumeSummary => ({
  name,
  isAnonymous: false,
  createdAt: 0,
  labels: {},
  options: {},
  directory: `/volumes/${name}/_data`,
  usedBy: [],
});

test('each is measured, and one that is gone meanwhile has no size', async () => {
  const engine = new ScriptedEngine();
  const store = createVolumesStore(engine.client);
  engine.answers['volumes.list'] = () => [volume('first'), volume('gone')];
  engine.answers['volumes.measure'] = ({ name }: { readonly name: string }) => {
    if (name === 'gone') throw new EngineError('not-found', 'get gone: no such volume');
    return { bytes: 5 };
  };
  await store.getState().measure();
  expect(store.getState().sizes).toEqual({ first: 5 });
});

test('what could not be removed says why until it is dismissed', async () => {
  const engine = new ScriptedEngine();
  const store = createVolumesStore(engine.client);
  engine.answers['volumes.list'] = () => [volume('first')];
  engine.answers['volumes.remove'] = () => {
    throw new EngineError('conflict', 'volume is in use');
  };
  expect(await store.getState().remove('first')).toBeUndefined();
  expect(store.getState().failure).toMatchObject({ name: 'first', error: { message: 'volume is in use' } });
  store.getState().dismissFailure();
  expect(store.getState().failure).toBeUndefined();
  engine.answers['volumes.remove'] = () => ({ trash: 'entry' });
  expect(await store.getState().remove('first')).toBe('entry');
});

test('the list follows volumes, and the containers that have them', async () => {
  const engine = new ScriptedEngine();
  const store = createVolumesStore(engine.client);
  engine.answers['volumes.list'] = () => [];
  const news = { id: 'x', attributes: {}, time: 0 };
  store.getState().onEvent({ ...news, type: 'image', action: 'pull' });
  store.getState().onEvent({ ...news, type: 'container', action: 'start' });
  expect(engine.callsTo('volumes.list')).toHaveLength(0);
  store.getState().onEvent({ ...news, type: 'volume', action: 'create' });
  await vi.waitFor(() => expect(store.getState().volumes).toEqual([]));
  store.getState().onEvent({ ...news, type: 'container', action: 'destroy' });
  expect(engine.callsTo('volumes.list')).toHaveLength(2);
});
