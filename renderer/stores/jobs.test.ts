import { expect, test } from 'vitest';

import { EngineError } from '#engine/contract/errors.ts';
import type { Job } from '#engine/contract/job.ts';

import { createJobsStore } from './jobs.ts';
import { ScriptedEngine } from './scripted-engine.ts';

const job = (id: string, fields: Partial<Job> = {}): Job => ({
  id,
  kind: 'pull',
  title: id,
  state: 'running',
  startedAt: `2026-01-0${id}T00:00:00Z`,
  ...fields,
});

test('the newest job stands first, and moves in its place', () => {
  const store = createJobsStore(new ScriptedEngine().client);
  for (const id of ['1', '3', '2']) store.getState().onJob(job(id));
  store.getState().onJob(job('2', { state: 'done' }));
  expect(store.getState().jobs.map(({ id, state }) => `${id} ${state}`)).toEqual(['3 running', '2 done', '1 running']);
});

test('an engine that comes back says which jobs there still are', async () => {
  const engine = new ScriptedEngine();
  engine.answers['jobs.list'] = () => [job('2')];
  const store = createJobsStore(engine.client);
  store.getState().onJob(job('1'));
  await store.getState().refresh();
  expect(store.getState().jobs.map(({ id }) => id)).toEqual(['2']);
});

test('clearing takes off what has ended, and leaves what runs', async () => {
  const engine = new ScriptedEngine();
  engine.answers['jobs.dismiss'] = () => ({});
  const store = createJobsStore(engine.client);
  store.getState().onJob(job('1', { state: 'failed' }));
  store.getState().onJob(job('2'));
  await store.getState().dismissEnded();
  expect(store.getState().jobs.map(({ id }) => id)).toEqual(['2']);
  expect(engine.callsTo('jobs.dismiss')).toEqual([{ id: '1' }]);
});

test('a job that is gone already was meant to be gone', async () => {
  const engine = new ScriptedEngine();
  engine.answers['jobs.cancel'] = () => {
    throw new EngineError('not-found', 'No such job: 1');
  };
  const store = createJobsStore(engine.client);
  await store.getState().cancel('1');
  expect(store.getState().error).toBeUndefined();
});
