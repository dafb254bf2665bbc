import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';

import type { StatsChunk, StatsSample } from '#engine/contract/stats.ts';
import { describeWith } from '#engine/testing/requires.ts';
import { startTestEngine, type TestEngine } from '#engine/testing/test-engine.ts';

import { connectEngine } from './connect-engine.ts';

const MEMORY = 64 * 1024 * 1024;

describeWith(['root', 'launcher', 'busybox', 'memory cgroup'], 'what containers use', () => {
  let engine: TestEngine;
  let image = '';
  beforeAll(async () => {
    engine = await startTestEngine();
    image = await engine.loadStory();
  });
  afterEach(() => engine.removeContainers());
  afterAll(() => engine[Symbol.asyncDispose]());

  async function run(name: string, command: readonly string[]): Promise<void> {
    using connection = await connectEngine(engine.socketPath);
    const { client } = connection;
    await client.call('containers.create', {
      image,
      name,
      command: [...command],
      tty: false,
      openStdin: false,
      memoryBytes: MEMORY,
    });
    await client.call('containers.start', { id: name });
  }

  /** Everything that is told until it is enough. */
  async function told(
    id: string,
    isEnough: (chunks: readonly StatsChunk[]) => boolean,
  ): Promise<readonly StatsChunk[]> {
    using connection = await connectEngine(engine.socketPath);
    const chunks: StatsChunk[] = [];
    for await (const chunk of connection.client.stream('containers.stats', { id })) {
      chunks.push(chunk);
      if (isEnough(chunks)) break;
    }
    return chunks;
  }

  const samplesOf = (chunks: readonly StatsChunk[]): readonly StatsSample[] => chunks.flatMap(({ samples }) => samples);

  test('are measured from their start on, and told to whoever comes later', async () => {
    await run('busy', ['sh', '-c', 'while :; do :; done']);
    const first = await told('busy', (chunks) => samplesOf(chunks).some(({ cpus }) => cpus > 0.2));
    expect(first.at(-1)).toMatchObject({ limits: { memoryBytes: MEMORY }, hasNetwork: true });
    const [past] = await told('busy', () => true);
    expect(past?.samples.map(({ time }) => time)).toEqual(
      expect.arrayContaining(samplesOf(first).map(({ time }) => time)),
    );
    expect(past?.samples.at(-1)).toMatchObject({ processes: 1 });
    expect(past?.samples.at(-1)?.memoryBytes).toBeGreaterThan(10_000);
    expect(past?.marks.map(({ kind }) => kind)).toEqual(['start']);
  });

  test('have what happened to them beside it, and keep it when they end and start again', async () => {
    await run('paused', ['sleep', '1000']);
    await told('paused', (chunks) => samplesOf(chunks).length > 0);
    expect((await engine.ask('/containers/paused/pause', { method: 'POST' })).status).toBe(204);
    expect((await engine.ask('/containers/paused/unpause', { method: 'POST' })).status).toBe(204);
    expect((await engine.ask('/containers/paused/kill', { method: 'POST' })).status).toBe(204);
    const ended = await told('paused', (chunks) =>
      chunks.some(({ marks }) => marks.some(({ kind }) => kind === 'die')),
    );
    const count = samplesOf(ended).length;
    expect(count).toBeGreaterThan(0);
    expect((await engine.ask('/containers/paused/start', { method: 'POST' })).status).toBe(204);
    const again = await told('paused', (chunks) => samplesOf(chunks).length > count);
    const kinds = again.flatMap(({ marks }) => marks.map(({ kind }) => kind));
    expect(kinds).toEqual(['start', 'pause', 'unpause', 'die', 'start']);
  });

  test('are measured again by the engine that comes after, with a gap where there was none', async () => {
    await run('lasting', ['sleep', '1000']);
    const before = samplesOf(await told('lasting', (chunks) => samplesOf(chunks).length >= 2));
    await engine.restart();
    const after = samplesOf(await told('lasting', (chunks) => samplesOf(chunks).length > before.length));
    expect(after.slice(0, before.length)).toEqual(before);
    // The time without an engine is in no sample.
    const last = after.at(-1);
    expect(last?.seconds).toBeLessThan(3);
    await engine.restart('SIGKILL');
    expect(samplesOf(await told('lasting', (chunks) => samplesOf(chunks).length > 0)).length).toBeGreaterThan(0);
  });

  test('are told together, for a list', async () => {
    await run('one', ['sleep', '1000']);
    await run('other', ['sleep', '1000']);
    using connection = await connectEngine(engine.socketPath);
    const seen = new Set<string>();
    for await (const usages of connection.client.stream('containers.usage', {})) {
      for (const { id, samples } of usages) if (samples.length > 0) seen.add(id);
      if (seen.size === 2) break;
    }
    expect(seen.size).toBe(2);
  });

  test('of one that is not there nothing is told', async () => {
    await expect(told('nosuch', () => true)).rejects.toMatchObject({ code: 'not-found' });
  });
});
