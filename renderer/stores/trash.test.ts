import { expect, test, vi } from 'vitest';

import { EngineError } from '#engine/contract/errors.ts';
import type { TrashEntry } from '#engine/contract/trash.ts';

import { ScriptedEngine } from './scripted-engine.ts';
import { createTrashStore } from './trash.ts';

const entry: TrashEntry = {
  id: 'a'.repeat(64),
  kind: 'container',
  name: 'afternoon',
  isNameTaken: true,
  cause: 'removed',
  removedAt: 0,
  volumes: [],
};

function engineWith(entries: readonly TrashEntry[]): ScriptedEngine {
  const engine = new ScriptedEngine();
  engine.answers['trash.list'] = () => entries;
  engine.answers['trash.settings'] = () => ({ maxAgeSeconds: 1, maxBytes: 2 });
  return engine;
}

test('what can not come back says why, and comes back under another name', async () => {
  const engine = engineWith([entry]);
  const store = createTrashStore(engine.client);
  await store.getState().refresh();
  engine.answers['trash.restore'] = ({ name }: { readonly name?: string }) => {
    if (name === undefined) throw new EngineError('conflict', 'the name is taken');
    return { kind: 'container', id: entry.id, name, warnings: [] };
  };
  expect(await store.getState().restore(entry.id)).toBeUndefined();
  expect(store.getState().failure).toMatchObject({
    action: 'restore',
    name: 'afternoon',
    error: { message: 'the name is taken' },
  });
  expect(await store.getState().restore(entry.id, { name: 'evening' })).toMatchObject({ name: 'evening' });
  expect(store.getState().failure).toBeUndefined();
});

test('the list follows the trash, and nothing else', async () => {
  const engine = engineWith([]);
  const store = createTrashStore(engine.client);
  store.getState().onEvent({ id: 'x', attributes: {}, time: 0, type: 'container', action: 'start' });
  expect(engine.callsTo('trash.list')).toHaveLength(0);
  store.getState().onEvent({ id: 'x', attributes: {}, time: 0, type: 'trash', action: 'put' });
  await vi.waitFor(() => expect(store.getState().entries).toEqual([]));
  expect(store.getState().settings).toEqual({ maxAgeSeconds: 1, maxBytes: 2 });
});
