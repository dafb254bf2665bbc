import { expect, test } from 'vitest';

import type { ContainerSummary } from '#engine/contract/container.ts';

import { createContainersStore } from './containers.ts';
import { createRemovalStore, type RemovalStore } from './removal.ts';
import { ScriptedEngine } from './scripted-engine.ts';
import { createTrashStore } from './trash.ts';

function container(id: string, state: ContainerSummary['State']): ContainerSummary {
  return {
    Id: id,
    Names: [`/${id}`],
    Image: '',
    ImageID: '',
    Command: '',
    Created: 0,
    Ports: [],
    Labels: {},
    State: state,
    Status: '',
    HostConfig: { NetworkMode: 'default' },
    NetworkSettings: { Networks: {} },
    Mounts: [],
    startedAt: 0,
    finishedAt: 0,
    exitCode: 0,
    tty: false,
  };
}

async function setting(maxBytes: number): Promise<{ engine: ScriptedEngine; store: RemovalStore }> {
  const engine = new ScriptedEngine();
  engine.answers['containers.list'] = () => [];
  engine.answers['containers.remove'] = ({ id }: { readonly id: string }) => ({ trash: `entry of ${id}` });
  engine.answers['trash.list'] = () => [];
  engine.answers['trash.settings'] = () => ({ maxAgeSeconds: 1, maxBytes });
  const trash = createTrashStore(engine.client);
  await trash.getState().refresh();
  return { engine, store: createRemovalStore({ containers: createContainersStore(engine.client), trash }) };
}

test('what has ended goes without a question, and says where it is', async () => {
  const { store } = await setting(100);
  await store.getState().ask([container('a', 'exited'), container('b', 'created')]);
  expect(store.getState().asked).toBeUndefined();
  expect(store.getState().done?.trash).toEqual(['entry of a', 'entry of b']);
});

test.each([
  ['one of them runs', 100, 'running'],
  ['the trash keeps nothing', 0, 'exited'],
] as const)('is asked about first when %s', async (_, maxBytes, state) => {
  const { engine, store } = await setting(maxBytes);
  await store.getState().ask([container('a', state)]);
  expect(store.getState().asked).toHaveLength(1);
  expect(engine.callsTo('containers.remove')).toEqual([]);
  await store.getState().confirm();
  expect(store.getState()).toMatchObject({ asked: undefined, done: { trash: ['entry of a'] } });
});

test('that the trash keeps nothing any more is noticed, whoever said so', async () => {
  const { engine, store } = await setting(100);
  engine.answers['trash.settings'] = () => ({ maxAgeSeconds: 1, maxBytes: 0 });
  await store.getState().ask([container('a', 'exited')]);
  expect(store.getState().asked).toHaveLength(1);
  expect(engine.callsTo('containers.remove')).toEqual([]);
});
