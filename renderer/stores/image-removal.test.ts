import { expect, test } from 'vitest';

import { EngineError } from '#engine/contract/errors.ts';
import type { RemovalOutcome, RemovalPreview } from '#engine/contract/store.ts';

import { createImageRemovalStore } from './image-removal.ts';
import { ScriptedEngine } from './scripted-engine.ts';

const preview: RemovalPreview = {
  removed: [],
  untagged: ['app:1'],
  kept: [],
  freedBytes: 1000,
  sharedBytes: 0,
  sharedWith: [],
  isMeasuring: false,
};
const outcome: RemovalOutcome = {
  removed: [],
  untagged: ['app:1'],
  refused: [],
  trash: ['t'],
  promisedBytes: 1000,
  measuredBytes: 1000,
};

test('a removal is shown before it is done, and what came of it after', async () => {
  const engine = new ScriptedEngine();
  engine.answers['images.prunePreview'] = () => preview;
  engine.answers['images.prune'] = () => outcome;
  const store = createImageRemovalStore(engine.client);
  await store.getState().ask({ images: ['app:1'] });
  expect(store.getState()).toMatchObject({ asked: { images: ['app:1'] }, preview });
  expect(engine.callsTo('images.prune')).toEqual([]);
  await store.getState().confirm(true);
  expect(engine.callsTo('images.prune')).toEqual([{ selection: { images: ['app:1'] }, forGood: true }]);
  expect(store.getState()).toMatchObject({ asked: undefined, done: outcome, isPending: false });
});

test('what fails is said where it was asked, and can be tried again', async () => {
  const engine = new ScriptedEngine();
  engine.answers['images.prunePreview'] = () => preview;
  engine.answers['images.prune'] = () => {
    throw new EngineError('conflict', 'in use');
  };
  const store = createImageRemovalStore(engine.client);
  await store.getState().ask({ unused: 'all' });
  await store.getState().confirm(false);
  expect(store.getState()).toMatchObject({
    asked: { unused: 'all' },
    failure: { message: 'in use' },
    isPending: false,
  });
  store.getState().close();
  expect(store.getState().failure).toBeUndefined();
});

test('of two choices in a row the last one is shown', async () => {
  const engine = new ScriptedEngine();
  const first = Promise.withResolvers<RemovalPreview>();
  engine.answers['images.prunePreview'] = () => first.promise;
  const store = createImageRemovalStore(engine.client);
  const choosing = store.getState().choose(['one']);
  engine.answers['images.prunePreview'] = () => ({ ...preview, freedBytes: 2 });
  await store.getState().choose(['one', 'two']);
  first.resolve(preview);
  await choosing;
  expect(store.getState().chosen?.freedBytes).toBe(2);
  await store.getState().choose([]);
  expect(store.getState().chosen).toBeUndefined();
});
