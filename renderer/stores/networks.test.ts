import { expect, test, vi } from 'vitest';

import { EngineError } from '#engine/contract/errors.ts';
import type { NetworkSummary } from '#engine/contract/network.ts';

import { createNetworksStore } from './networks.ts';
import { ScriptedEngine } from './scripted-engine.ts';

const network: NetworkSummary = {
  id: 'n1',
  name: 'backend',
  driver: 'bridge',
  isPredefined: false,
  resolvesNames: true,
  internal: false,
  createdAt: 0,
  labels: {},
  subnets: [],
  mtu: 1500,
  members: [],
};

test('what could not be removed says why until it is dismissed', async () => {
  const engine = new ScriptedEngine();
  const store = createNetworksStore(engine.client);
  engine.answers['networks.list'] = () => [network];
  engine.answers['networks.remove'] = () => {
    throw new EngineError('conflict', 'it has active endpoints');
  };
  expect(await store.getState().remove(network)).toBe(false);
  expect(store.getState().failure).toMatchObject({ action: 'remove', name: 'backend' });
  store.getState().dismissFailure();
  engine.answers['networks.remove'] = () => ({});
  expect(await store.getState().remove(network)).toBe(true);
});

test('the list follows networks, and the containers that come and go in them', async () => {
  const engine = new ScriptedEngine();
  const store = createNetworksStore(engine.client);
  engine.answers['networks.list'] = () => [network];
  const news = { id: 'x', attributes: {}, time: 0 };
  store.getState().onEvent({ ...news, type: 'container', action: 'exec_start: sh' });
  expect(engine.callsTo('networks.list')).toHaveLength(0);
  store.getState().onEvent({ ...news, type: 'network', action: 'connect' });
  await vi.waitFor(() => expect(store.getState().networks).toEqual([network]));
  store.getState().onEvent({ ...news, type: 'container', action: 'start' });
  expect(engine.callsTo('networks.list')).toHaveLength(2);
});
