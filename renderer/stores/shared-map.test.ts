import { expect, test } from 'vitest';

import { ScriptedEngine } from './scripted-engine.ts';
import { createSharedMapStore } from './shared-map.ts';

const event = { type: 'image', action: 'delete', id: 'a', attributes: {}, time: 0 } as const;

test('the map is asked for while somebody looks, and again when images come or go', async () => {
  const engine = new ScriptedEngine();
  let totalBytes = 0;
  engine.answers['inspect.sharedMap'] = () => ({ segments: [], totalBytes: (totalBytes += 1), unsharedBytes: 0 });
  const store = createSharedMapStore(engine.client);
  store.getState().onEvent(event);
  expect(engine.callsTo('inspect.sharedMap')).toEqual([]);
  const stop = store.getState().follow();
  await expect.poll(() => store.getState().map).toMatchObject({ value: { totalBytes: 1 } });
  store.getState().onEvent(event);
  expect(store.getState().map?.status).toBe('shown');
  await expect.poll(() => store.getState().map).toMatchObject({ value: { totalBytes: 2 } });
  stop();
  store.getState().onEvent(event);
  expect(engine.callsTo('inspect.sharedMap')).toHaveLength(2);
});
