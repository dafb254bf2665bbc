import { expect, test } from 'vitest';

import { parseDigest } from '#engine/contract/digest.ts';
import type { UsedBy } from '#engine/contract/sharing.ts';

import { ScriptedEngine } from './scripted-engine.ts';
import { createUsedByStore } from './used-by.ts';

const event = { type: 'container', action: 'create', id: 'c', attributes: {}, time: 0 } as const;
const layer = parseDigest(`sha256:${'a'.repeat(64)}`);
const nobody: UsedBy = { images: [], containers: [] };

test('two things are followed side by side, and each is asked about again when something happens', async () => {
  const engine = new ScriptedEngine();
  engine.answers['inspect.usedBy'] = () => nobody;
  const store = createUsedByStore(engine.client);
  const stop = store.getState().follow({ image: 'app:1' });
  const stopLayer = store.getState().follow({ layer });
  await expect
    .poll(() => store.getState().answers)
    .toEqual({
      'image app:1': { status: 'shown', value: nobody },
      [`layer ${layer}`]: { status: 'shown', value: nobody },
    });
  stopLayer();
  store.getState().onEvent(event);
  expect(store.getState().answers['image app:1']?.status).toBe('shown');
  await expect.poll(() => engine.callsTo('inspect.usedBy')).toHaveLength(3);
  store.getState().onEvent({ ...event, type: 'daemon' });
  stop();
  store.getState().onEvent(event);
  expect(engine.callsTo('inspect.usedBy')).toEqual([{ image: 'app:1' }, { layer }, { image: 'app:1' }]);
});
