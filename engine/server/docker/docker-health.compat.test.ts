import { expect, test } from 'vitest';
import { z } from 'zod';

import { dockerArchive } from '#engine/testing/archive-fixture.ts';
import { describeWith } from '#engine/testing/requires.ts';
import { makeStoryImage } from '#engine/testing/story-image.ts';
import { storyScene } from '#engine/testing/story-scene.ts';

const shownHealth = z.object({
  Status: z.string(),
  FailingStreak: z.int(),
  Log: z.array(z.object({ Start: z.string(), End: z.string(), ExitCode: z.int(), Output: z.string() })),
});

/** A question a moment. */
const OFTEN = ['--health-interval', '100ms', '--health-timeout', '20s', '--health-retries', '2'];
const ASK_FILE = ['--health-cmd', 'echo asked; test -e /well'];

describeWith(['root', 'launcher', 'busybox', 'docker client'], 'health checks', () => {
  const { engine, docker, image } = storyScene();

  const run = (...options: readonly string[]): Promise<string> =>
    docker.text('run', '-d', '--name', 'box', ...options, image, 'sleep', '1000');
  const health = async (): Promise<z.infer<typeof shownHealth>> =>
    shownHealth.parse(JSON.parse(await docker.text('inspect', '-f', '{{json .State.Health}}', 'box')));
  const becomes = (status: string): Promise<void> =>
    expect.poll(async () => (await health()).Status, { timeout: 30_000 }).toBe(status);

  test('a container is asked, and whoever lists, inspects, filters or follows events learns the answer', async () => {
    await run(...OFTEN, ...ASK_FILE);
    await using events = docker.start(['events', '--format', '{{.Action}}', '--since', '1']);
    await becomes('unhealthy');
    expect(await docker.text('ps', '--format', '{{.Status}}')).toMatch(/^Up .* \(unhealthy\)$/);
    await docker.text('exec', 'box', 'touch', '/well');
    await becomes('healthy');
    expect(await docker.text('ps', '--format', '{{.Status}}')).toMatch(/^Up .* \(healthy\)$/);
    expect(await docker.text('ps', '-q', '--filter', 'health=healthy')).not.toBe('');
    expect(await docker.text('ps', '-q', '--filter', 'health=none')).toBe('');
    await events.until(/health_status: unhealthy\n[^]*health_status: healthy\n/);
    await expect.poll(async () => (await health()).Log.length, { timeout: 30_000 }).toBe(5);
    const { FailingStreak, Log } = await health();
    expect([FailingStreak, Log.at(-1)]).toMatchObject([0, { ExitCode: 0, Output: 'asked\n' }]);
    expect(await docker.text('inspect', '-f', '{{len .ExecIDs}} {{json .Config.Healthcheck}}', 'box')).toBe(
      '0 {"Test":["CMD-SHELL","echo asked; test -e /well"],"Interval":100000000,"Timeout":20000000000,"Retries":2}',
    );
    await docker.text('stop', '-t', '0', 'box');
    expect((await health()).Status).toBe('unhealthy');
    await docker.text('start', 'box');
    await becomes('healthy');
  });

  test('an answer that takes too long is none, and what asks is ended', async () => {
    await run('--health-interval', '50ms', '--health-timeout', '200ms', '--health-cmd', 'echo slow; exec sleep 987');
    await becomes('unhealthy');
    const { Log } = await health();
    expect(Log.at(-1)).toMatchObject({ ExitCode: -1, Output: 'Health check exceeded timeout (0.2s): slow\n' });
    // One may be asking now.
    const asking = await docker.text('top', 'box', '-o', 'args');
    expect((asking.match(/sleep 987/g) ?? []).length).toBeLessThanOrEqual(1);
  });

  test('an image says how, and --no-healthcheck that nobody asks', async () => {
    const story = await makeStoryImage({ Healthcheck: { Test: ['CMD', 'true'], Interval: 100_000_000 } });
    await engine.load(await dockerArchive({ image: story, names: ['asked:1'] }));
    await docker.text('run', '-d', '--name', 'box', 'asked:1', 'sleep', '1000');
    await becomes('healthy');
    await docker.text('run', '-d', '--name', 'other', '--no-healthcheck', 'asked:1', 'sleep', '1000');
    expect(await docker.text('inspect', '-f', '{{json .State.Health}}', 'other')).toBe('null');
    expect(await docker.text('ps', '--format', '{{.Status}}', '--filter', 'name=other')).not.toContain('(');
  });

  test('one that stands still is not ill', async () => {
    await run('--health-interval', '50ms', '--health-retries', '1', '--health-cmd', 'true');
    await becomes('healthy');
    await docker.text('pause', 'box');
    const [before] = (await health()).Log.slice(-1);
    await docker.text('unpause', 'box');
    await expect.poll(async () => (await health()).Log.at(-1)?.Start, { timeout: 30_000 }).not.toBe(before?.Start);
    expect((await health()).Log.map(({ ExitCode }) => ExitCode).filter((code) => code !== 0)).toEqual([]);
  });

  test('an engine killed in the middle of a question leaves the asking to the next', async () => {
    await run(...OFTEN, '--health-timeout', '3s', '--health-cmd', 'test ! -e /slow || exec sleep 986');
    await becomes('healthy');
    await docker.text('exec', 'box', 'touch', '/slow');
    await expect.poll(() => docker.text('top', 'box', '-o', 'args'), { timeout: 30_000 }).toContain('sleep 986');
    await engine.kill('SIGKILL');
    await engine.start();
    expect((await health()).Status).toBe('healthy');
    await docker.text('exec', 'box', 'rm', '/slow');
    const [before] = (await health()).Log.slice(-1);
    await expect.poll(async () => (await health()).Log.at(-1)?.Start, { timeout: 30_000 }).not.toBe(before?.Start);
    expect(await docker.text('top', 'box', '-o', 'args')).not.toContain('sleep 986');
    await becomes('healthy');
  });

  test('an interval that is none is refused', async () => {
    const body = { Image: image, Healthcheck: { Test: ['CMD', 'true'], Interval: 10 } };
    const { status, body: answer } = await engine.ask('/containers/create', { method: 'POST', body });
    expect([status, answer]).toEqual([400, expect.stringContaining('cannot be less than one millisecond')]);
  });
});
