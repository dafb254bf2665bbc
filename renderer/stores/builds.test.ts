import { expect, test, vi } from 'vitest';

import type { BuildRecord } from '#engine/contract/build.ts';
import type { EngineClient } from '#engine/contract/client.ts';
import { EngineError } from '#engine/contract/errors.ts';

import { createBuildsStore } from './builds.ts';
import { Script } from './scripted-engine.ts';

const record: BuildRecord = {
  id: 'b1',
  project: '/app',
  startedAt: '2026-01-01T00:00:00Z',
  state: 'running',
  names: [],
  dockerfile: 'FROM scratch',
  steps: [],
};

/** An engine that tells of one build, as often as it is asked. */
function watched(): { readonly engine: EngineClient; readonly streams: Script<BuildRecord>[] } {
  const streams: Script<BuildRecord>[] = [];
  const stream = (): Script<BuildRecord> => {
    const script = new Script<BuildRecord>();
    streams.push(script);
    return script;
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a test's engine, which is asked for nothing else
  return { engine: { stream } as unknown as EngineClient, streams };
}

test('a build is followed on when the engine is back', async () => {
  const { engine, streams } = watched();
  const store = createBuildsStore(engine);
  void store.getState().watch('b1', new AbortController().signal);
  streams[0]?.push(record);
  await vi.waitFor(() => expect(store.getState().records['b1']?.state).toBe('running'));
  streams[0]?.end(new EngineError('unavailable', 'The engine went away.'));
  await vi.waitFor(() => expect(streams).toHaveLength(2));
  streams[1]?.push({ ...record, state: 'failed' });
  await vi.waitFor(() => expect(store.getState().records['b1']?.state).toBe('failed'));
  expect(store.getState().recordErrors).toEqual({});
});

test('a build that is not there says so', async () => {
  const { engine, streams } = watched();
  const store = createBuildsStore(engine);
  const watching = store.getState().watch('b1', new AbortController().signal);
  streams[0]?.end(new EngineError('not-found', 'There is no build b1.'));
  await watching;
  expect(store.getState().recordErrors['b1']?.code).toBe('not-found');
});
