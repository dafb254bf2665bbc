import { expect, test } from 'vitest';

import { parseDigest } from '#engine/contract/digest.ts';

import { createFileViewStore } from './file-view.ts';
import { ScriptedEngine } from './scripted-engine.ts';

const image = parseDigest(`sha256:${'a'.repeat(64)}`);
const file = (path: string) => ({ image, to: 2, path });

test('a file is told when it is opened, and asked about only when that is looked at', async () => {
  const engine = new ScriptedEngine();
  engine.answers['layers.entry'] = ({ path }: { readonly path: string }) => ({ path });
  engine.answers['layers.blame'] = () => ({ path: '/a', versions: [] });
  const store = createFileViewStore(engine.client);
  store.getState().open(file('/a'));
  await expect.poll(() => store.getState().entry).toEqual({ status: 'shown', value: { path: '/a' } });
  expect(engine.callsTo('layers.blame')).toEqual([]);
  await store.getState().loadBlame();
  await store.getState().loadBlame();
  expect(engine.callsTo('layers.blame')).toEqual([{ image, path: '/a' }]);
  store.getState().open(file('/a'));
  expect(store.getState().blame).toMatchObject({ status: 'shown' });
});

test('what was asked about one file never shows with the next', async () => {
  const engine = new ScriptedEngine();
  const { promise, resolve } = Promise.withResolvers<unknown>();
  engine.answers['layers.entry'] = ({ path }: { readonly path: string }) => (path === '/slow' ? promise : { path });
  const store = createFileViewStore(engine.client);
  store.getState().open(file('/slow'));
  store.getState().open(file('/b'));
  await expect.poll(() => store.getState().entry).toEqual({ status: 'shown', value: { path: '/b' } });
  resolve({ path: '/slow' });
  await promise;
  expect(store.getState().entry).toEqual({ status: 'shown', value: { path: '/b' } });
});

test('two versions are compared as the same path of two stacks', async () => {
  const engine = new ScriptedEngine();
  engine.answers['layers.entry'] = () => ({});
  engine.answers['inspect.fileDiff'] = () => ({ kind: 'same' });
  const store = createFileViewStore(engine.client);
  store.getState().open(file('/a'));
  await store.getState().compareWith(0);
  expect(store.getState().diff).toEqual({ status: 'shown', value: { before: 0, diff: { kind: 'same' } } });
  expect(engine.callsTo('inspect.fileDiff')).toEqual([
    { before: { kind: 'image', ...file('/a'), to: 0 }, now: { kind: 'image', ...file('/a') } },
  ]);
});
