import { expect, test, vi } from 'vitest';

import type { LogEntry } from '#engine/contract/container.ts';
import { EngineError } from '#engine/contract/errors.ts';

import { createLogsStore, type LogsStore } from './logs.ts';
import { ScriptedEngine, type Script } from './scripted-engine.ts';

const line = (text: string, time = 1): LogEntry => ({ stream: 'stdout', time, text });

function open(): {
  engine: ScriptedEngine;
  store: LogsStore;
  close: () => void;
  stream: (index: number) => Script<LogEntry[]>;
} {
  const engine = new ScriptedEngine();
  const store = createLogsStore(engine.client, async () => undefined);
  const close = store.getState().open('c1');
  const stream = (index: number): Script<LogEntry[]> => {
    const script = engine.streams[index];
    if (script === undefined) throw new Error(`the log was not read ${index + 1} times`);
    return script;
  };
  return { engine, store, close, stream };
}

function texts(store: LogsStore): readonly (string | undefined)[] {
  const buffer = store.getState().logs['c1']?.buffer;
  if (buffer === undefined) return [];
  return Array.from({ length: buffer.end - buffer.first }, (_, index) => buffer.at(buffer.first + index)?.text);
}

test('holds what was written and what is being written', async () => {
  const { store, stream } = open();
  expect(store.getState().logs['c1']?.status).toEqual({ status: 'loading' });
  stream(0).push([line('one'), line('two')]);
  await vi.waitFor(() => expect(store.getState().logs['c1']?.status).toEqual({ status: 'following' }));
  const before = store.getState().logs['c1']?.version;
  stream(0).push([line('three')]);
  await vi.waitFor(() => expect(store.getState().logs['c1']?.version).not.toBe(before));
  expect(texts(store)).toEqual(['one', 'two', 'three']);
});

test('reads the log anew when the engine was lost, without doubling it', async () => {
  const { store, stream } = open();
  stream(0).push([line('one')]);
  await vi.waitFor(() => expect(texts(store)).toEqual(['one']));
  stream(0).end(new EngineError('unavailable', 'The engine went away.'));
  await vi.waitFor(() => stream(1));
  expect(texts(store)).toEqual(['one']);
  stream(1).push([line('one'), line('two')]);
  await vi.waitFor(() => expect(texts(store)).toEqual(['one', 'two']));
});

test('says that the log has ended, and follows it again when the container is started', async () => {
  const { store, stream } = open();
  stream(0).push([line('one')]);
  stream(0).end();
  await vi.waitFor(() => expect(store.getState().logs['c1']?.status).toEqual({ status: 'ended' }));
  store.getState().onEvent({ type: 'container', action: 'start', id: 'c1', attributes: {}, time: 1 });
  stream(1).push([line('one'), line('two')]);
  await vi.waitFor(() => expect(texts(store)).toEqual(['one', 'two']));
});

test('says why a log can not be read', async () => {
  const { store, stream } = open();
  stream(0).end(new EngineError('not-found', 'No such container: c1'));
  await vi.waitFor(() => expect(store.getState().logs['c1']?.status.status).toBe('failed'));
});

test('clears what is there and nothing that comes later', async () => {
  const { store, stream } = open();
  stream(0).push([line('one', 10), line('two', 20)]);
  await vi.waitFor(() => expect(texts(store)).toHaveLength(2));
  store.getState().clear('c1');
  expect(store.getState().logs['c1']?.clearedUntil).toBe(20);
  store.getState().unclear('c1');
  expect(store.getState().logs['c1']?.clearedUntil).toBe(0);
});

test('is read once for two who look, and until the last one leaves', async () => {
  const { engine, store, close, stream } = open();
  const second = store.getState().open('c1');
  expect(engine.streams).toHaveLength(1);
  close();
  stream(0).push([line('one')]);
  await vi.waitFor(() => expect(texts(store)).toEqual(['one']));
  second();
  store.getState().open('c1');
  expect(engine.streams).toHaveLength(2);
});

test('a log that is looked at again has not ended before it was read again', async () => {
  const { store, close, stream } = open();
  stream(0).push([line('one')]);
  stream(0).end();
  await vi.waitFor(() => expect(store.getState().logs['c1']?.status.status).toBe('ended'));
  close();
  store.getState().open('c1');
  expect(store.getState().logs['c1']?.status).toEqual({ status: 'following' });
  expect(texts(store)).toEqual(['one']);
  stream(1).push([line('one'), line('two')]);
  stream(1).end();
  await vi.waitFor(() => expect(store.getState().logs['c1']?.status.status).toBe('ended'));
  expect(texts(store)).toEqual(['one', 'two']);
});

test('lines that nobody looks at any more are let go, and what was cleared stays cleared', async () => {
  const { store, close, stream } = open();
  stream(0).push([line('one', 10)]);
  await vi.waitFor(() => expect(texts(store)).toEqual(['one']));
  store.getState().clear('c1');
  close();
  for (const id of ['c2', 'c3', 'c4']) store.getState().open(id)();
  expect(texts(store)).toEqual([]);
  expect(store.getState().logs['c1']).toMatchObject({ status: { status: 'loading' }, clearedUntil: 10 });
  store.getState().onEvent({ type: 'container', action: 'destroy', id: 'c4', attributes: {}, time: 1 });
  expect(store.getState().logs['c4']).toBeUndefined();
});
