import { expect, test } from 'vitest';

import { EngineError } from '#engine/contract/errors.ts';

import { ScriptedEngine } from './scripted-engine.ts';
import { createServedRegistryStore } from './served-registry.ts';

const options = { listen: '127.0.0.1:0', push: false };

test('the switch stands as the engine says, and says why it could not be turned', async () => {
  const engine = new ScriptedEngine();
  const served = { address: 'http://127.0.0.1:41000', push: false };
  engine.answers['registry.turnOn'] = () => served;
  engine.answers['registry.turnOff'] = () => ({});
  const store = createServedRegistryStore(engine.client);
  expect(await store.getState().turnOn(options)).toBe(true);
  expect(store.getState()).toMatchObject({ served, failure: undefined, isTurning: false });
  engine.answers['registry.turnOn'] = () => {
    throw new EngineError('conflict', 'The images are served already.');
  };
  expect(await store.getState().turnOn(options)).toBe(false);
  expect(store.getState()).toMatchObject({ served, failure: { code: 'conflict' }, isTurning: false });
  await store.getState().turnOff();
  expect(store.getState()).toMatchObject({ served: {}, failure: undefined });
});
