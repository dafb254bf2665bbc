import { expect, test, vi } from 'vitest';

import type { ContainerDetails, ContainerSummary } from '#engine/contract/container.ts';
import { EngineError } from '#engine/contract/errors.ts';
import type { EngineEvent } from '#engine/contract/event.ts';

import { createContainersStore, type ContainersStore } from './containers.ts';
import { ScriptedEngine } from './scripted-engine.ts';

const summary: ContainerSummary = {
  Id: 'c1',
  Names: ['/web'],
  Image: 'busybox:latest',
  ImageID: `sha256:${'0'.repeat(64)}`,
  Command: 'sh',
  Created: 1,
  Ports: [],
  Labels: {},
  State: 'running',
  Status: 'Up 1 second',
  HostConfig: { NetworkMode: 'none' },
  NetworkSettings: { Networks: {} },
  Mounts: [],
  startedAt: 1000,
  finishedAt: 0,
  exitCode: 0,
  tty: true,
};
const details: ContainerDetails = {
  summary,
  command: ['sh'],
  env: [],
  workingDir: '/',
  user: '',
  hostname: 'c1',
  oomKilled: false,
  upperDir: '/upper',
  log: { driver: 'json-file', bytes: 0 },
  sessions: [],
  shells: ['/bin/sh'],
  restartPolicy: { name: 'no', maximumRetries: 0 },
  restartCount: 0,
  healthLog: [],
  limits: {},
  isolation: {},
  capAdd: [],
  capDrop: [],
};
const event = (action: string, id = 'c1'): EngineEvent => ({ type: 'container', action, id, attributes: {}, time: 1 });

function setting(): { engine: ScriptedEngine; store: ContainersStore } {
  const engine = new ScriptedEngine();
  engine.answers['containers.list'] = () => [summary];
  engine.answers['containers.get'] = () => details;
  return { engine, store: createContainersStore(engine.client) };
}

test('knows nothing until it is told', async () => {
  const { store } = setting();
  expect(store.getState().containers).toBeUndefined();
  await store.getState().refresh();
  expect(store.getState().containers).toEqual([summary]);
});

test('keeps the list it has when the engine does not answer', async () => {
  const { engine, store } = setting();
  await store.getState().refresh();
  engine.answers['containers.list'] = () => {
    throw new EngineError('unavailable', 'gone');
  };
  await store.getState().refresh();
  expect(store.getState()).toMatchObject({ containers: [summary], listError: { code: 'unavailable' } });
});

test('asks once more, not once each, for a burst of events', async () => {
  const { engine, store } = setting();
  for (let index = 0; index < 20; index += 1) store.getState().onEvent(event('start'));
  await vi.waitFor(() => expect(engine.callsTo('containers.list')).toHaveLength(2));
  await store.getState().refresh();
  expect(engine.callsTo('containers.list')).toHaveLength(3);
});

test('keeps details fresh only while someone follows them', async () => {
  const { engine, store } = setting();
  const leave = store.getState().follow('c1');
  await vi.waitFor(() => expect(store.getState().details['c1']).toEqual(details));
  store.getState().onEvent(event('die'));
  await vi.waitFor(() => expect(engine.callsTo('containers.get')).toHaveLength(2));
  store.getState().onEvent(event('die', 'another'));
  leave();
  store.getState().onEvent(event('die'));
  await store.getState().refresh();
  expect(engine.callsTo('containers.get')).toHaveLength(2);
});

test('forgets the details of a container that is gone', async () => {
  const { engine, store } = setting();
  store.getState().follow('c1');
  await vi.waitFor(() => expect(store.getState().details['c1']).toBeDefined());
  engine.answers['containers.get'] = () => {
    throw new EngineError('not-found', 'No such container: c1');
  };
  await store.getState().refreshDetails('c1');
  expect(store.getState().details['c1']).toBeUndefined();
  expect(store.getState().detailErrors['c1']?.code).toBe('not-found');
});

test('shows what is being done, and what failed, to each of many', async () => {
  const { engine, store } = setting();
  engine.answers['containers.stop'] = ({ id }: { id: string }) => {
    if (id === 'c2') throw new EngineError('conflict', 'c2 does not stop.');
    return {};
  };
  const done = store.getState().act('stop', ['c1', 'c2']);
  expect(store.getState().pending).toEqual({ c1: 'stop', c2: 'stop' });
  await done;
  expect(store.getState().pending).toEqual({});
  expect(Object.keys(store.getState().failures)).toEqual(['c2']);
  expect(store.getState().failures['c2']).toMatchObject({ action: 'stop', error: { message: 'c2 does not stop.' } });
  store.getState().dismissFailure('c2');
  expect(store.getState().failures).toEqual({});
});

test('takes "it already is" for success', async () => {
  const { engine, store } = setting();
  engine.answers['containers.start'] = () => {
    throw new EngineError('not-modified', 'c1 is already started.');
  };
  await store.getState().act('start', ['c1']);
  expect(store.getState().failures).toEqual({});
});

test('leaves no container behind that did not start', async () => {
  const { engine, store } = setting();
  engine.answers['containers.create'] = () => ({ id: 'c9', warnings: [] });
  engine.answers['containers.start'] = () => {
    throw new EngineError('not-found', 'The program "nope" is not in the image.');
  };
  engine.answers['containers.remove'] = ({ id }: { id: string }) => ({ trash: id });
  engine.answers['trash.remove'] = () => ({ freedBytes: 0 });
  const request = { image: 'busybox', command: ['nope'], tty: true, openStdin: true };
  await expect(store.getState().run(request)).rejects.toMatchObject({ code: 'not-found' });
  expect(engine.callsTo('containers.remove')).toEqual([{ id: 'c9', force: true }]);
  expect(engine.callsTo('trash.remove')).toEqual([{ id: 'c9' }]);
});

test('leaves a container of which nobody knows whether it started', async () => {
  const { engine, store } = setting();
  engine.answers['containers.create'] = () => ({ id: 'c9', warnings: [] });
  engine.answers['containers.start'] = () => {
    throw new EngineError('unavailable', 'The engine went away.');
  };
  const request = { image: 'busybox', command: ['sh'], tty: true, openStdin: true };
  await expect(store.getState().run(request)).rejects.toMatchObject({ code: 'unavailable' });
  expect(engine.callsTo('containers.remove')).toEqual([]);
});
