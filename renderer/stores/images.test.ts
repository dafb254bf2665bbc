import { expect, test, vi } from 'vitest';

import { parseDigest } from '#engine/contract/digest.ts';
import { EngineError } from '#engine/contract/errors.ts';
import type { EngineEvent } from '#engine/contract/event.ts';
import type { ImageDetails, ImageSummary } from '#engine/contract/image.ts';

import { createImagesStore, type ImagesStore } from './images.ts';
import { ScriptedEngine } from './scripted-engine.ts';

const summary: ImageSummary = {
  Id: parseDigest(`sha256:${'1'.repeat(64)}`),
  ParentId: '',
  RepoTags: ['redis:4.0.6'],
  RepoDigests: [],
  Created: 0,
  Size: 0,
  VirtualSize: 0,
  SharedSize: 0,
  Labels: {},
  Containers: 0,
  uniqueSize: 0,
  layerCount: 0,
  platform: { os: 'linux', architecture: 'amd64' },
  diffIds: [],
};
const details: ImageDetails = {
  summary,
  config: {
    entrypoint: [],
    cmd: [],
    env: [],
    user: '',
    workingDir: '',
    exposedPorts: [],
    volumes: [],
    labels: {},
  },
  steps: [],
  layers: [],
  usedBy: [],
};
const event = (type: EngineEvent['type'], action: string): EngineEvent => ({
  type,
  action,
  id: 'x',
  attributes: {},
  time: 0,
});

function setting(): { readonly engine: ScriptedEngine; readonly store: ImagesStore } {
  const engine = new ScriptedEngine();
  engine.answers['images.list'] = () => [summary];
  engine.answers['images.get'] = () => details;
  return { engine, store: createImagesStore(engine.client) };
}

test('knows nothing until it is told', async () => {
  const { store } = setting();
  expect(store.getState().images).toBeUndefined();
  await store.getState().refresh();
  expect(store.getState().images).toEqual([summary]);
});

test('keeps the list it has when the engine does not answer', async () => {
  const { engine, store } = setting();
  await store.getState().refresh();
  engine.answers['images.list'] = () => {
    throw new EngineError('unavailable', 'gone');
  };
  await store.getState().refresh();
  expect(store.getState().images).toEqual([summary]);
  expect(store.getState().listError?.code).toBe('unavailable');
});

test('what happens to an image or to its containers is asked about, nothing else', async () => {
  const { engine, store } = setting();
  for (const [type, action] of [
    ['image', 'pull'],
    ['container', 'die'],
    ['container', 'exec_start: sh'],
    ['network', 'create'],
  ] as const) {
    const before = engine.callsTo('images.list').length;
    store.getState().onEvent(event(type, action));
    await vi.waitFor(() => expect(store.getState().images).toBeDefined());
    const isAsked = engine.callsTo('images.list').length > before;
    expect(`${type} ${action}: ${isAsked}`).toBe(`${type} ${action}: ${type === 'image' || action === 'die'}`);
    await store.getState().refresh();
  }
});

test('details are kept fresh for as long as someone follows', async () => {
  const { engine, store } = setting();
  const leave = store.getState().follow('redis:4.0.6');
  await vi.waitFor(() => expect(store.getState().details['redis:4.0.6']).toEqual(details));
  store.getState().onEvent(event('image', 'tag'));
  expect(engine.callsTo('images.get')).toHaveLength(2);
  leave();
  store.getState().onEvent(event('image', 'tag'));
  expect(engine.callsTo('images.get')).toHaveLength(2);
});

test('of an image that is gone nothing is shown', async () => {
  const { engine, store } = setting();
  store.getState().follow('redis:4.0.6');
  await vi.waitFor(() => expect(store.getState().details['redis:4.0.6']).toBeDefined());
  engine.answers['images.get'] = () => {
    throw new EngineError('not-found', 'No such image');
  };
  store.getState().onEvent(event('image', 'delete'));
  await vi.waitFor(() => expect(store.getState().detailErrors['redis:4.0.6']?.code).toBe('not-found'));
  expect(store.getState().details['redis:4.0.6']).toBeUndefined();
});
