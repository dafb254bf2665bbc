import { randomBytes } from 'node:crypto';

import { afterAll, beforeAll, expect, test } from 'vitest';

import type { Job } from '#engine/contract/job.ts';
import { makeImage } from '#engine/testing/image-fixture.ts';
import { TestRegistry } from '#engine/testing/registry-server.ts';
import { describeWith } from '#engine/testing/requires.ts';
import { startTestEngine, type TestEngine } from '#engine/testing/test-engine.ts';

const PATIENCE = { timeout: 9000 };

describeWith(['root', 'launcher'], 'a pull that is interrupted', () => {
  const owned = new AsyncDisposableStack();
  let engine: TestEngine;
  beforeAll(async () => {
    engine = owned.use(await startTestEngine());
  });
  afterAll(() => owned.disposeAsync());

  async function only(): Promise<Job> {
    const [job] = await engine.call('jobs.list', {});
    if (job === undefined) throw new Error('There is no job.');
    return job;
  }

  async function until(state: Job['state']): Promise<Job> {
    await expect.poll(async () => (await only()).state, PATIENCE).toBe(state);
    return only();
  }

  /** A registry that brings half a megabyte of the layer, and then no more until it is repaired. */
  async function holding(): Promise<TestRegistry & { readonly blob: string }> {
    const image = await makeImage([[{ name: 'noise', body: randomBytes(1_000_000) }]]);
    const registry = await TestRegistry.start();
    registry.push('team/app:1', image);
    const blob = image.layers[0]?.blob.descriptor.digest ?? '';
    registry.fail({ path: blob, times: 1, answer: { kind: 'break', afterBytes: 500_000 } });
    registry.fail({ path: blob, answer: { kind: 'wait', until: new Promise(() => undefined) } });
    return Object.assign(registry, { blob });
  }

  async function held(registry: { readonly blob: string } & TestRegistry): Promise<Job> {
    await engine.call('images.pull', { reference: `${registry.host}/team/app:1` });
    await expect.poll(() => registry.count('GET', registry.blob), PATIENCE).toBeGreaterThan(1);
    return only();
  }

  const askedFrom = (registry: TestRegistry, blob: string): readonly (string | undefined)[] =>
    registry.requests.filter(({ path }) => path.includes(blob)).map(({ headers }) => headers.range);

  test.each<[string, (id: string) => Promise<unknown>]>([
    ['is paused, and gone on with', async (id) => engine.call('jobs.pause', { id })],
    ['is offered again by the next engine after a stop', async () => engine.restart()],
    ['is offered again after kill -9', async () => engine.restart('SIGKILL')],
  ])('%s', async (_, interrupt) => {
    await using registry = await holding();
    const { id, isResumable } = await held(registry);
    expect(isResumable).toBe(true);
    await interrupt(id);
    const paused = await until('paused');
    expect(paused.title).toBe(`${registry.host}/team/app:1`);
    registry.repair();
    registry.requests.length = 0;
    await engine.call('jobs.resume', { id: paused.id });
    const done = await until('done');
    expect(done.progress?.layers.map(({ state }) => state)).toEqual(['done']);
    expect(askedFrom(registry, registry.blob)).toEqual([expect.stringMatching(/^bytes=[1-9]\d+-$/)]);
    await engine.call('jobs.dismiss', { id: done.id });
    await engine.restart();
    expect(await engine.call('jobs.list', {})).toEqual([]);
  });

  test('is over when it is cancelled, also while it is paused', async () => {
    await using registry = await holding();
    const { id } = await held(registry);
    await engine.call('jobs.pause', { id });
    await until('paused');
    await engine.call('jobs.cancel', { id });
    await until('cancelled');
    await engine.restart();
    expect(await engine.call('jobs.list', {})).toEqual([]);
  });
});
