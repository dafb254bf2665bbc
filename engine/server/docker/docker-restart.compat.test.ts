import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { expect, test } from 'vitest';

import { describeWith } from '#engine/testing/requires.ts';
import { storyScene } from '#engine/testing/story-scene.ts';

describeWith(['root', 'launcher', 'busybox', 'docker client'], 'docker run --restart', () => {
  const { engine, docker, image } = storyScene();

  const state = (format: string): Promise<string> => docker.text('inspect', '-f', format, 'box');
  const becomes = (format: string, expected: string | RegExp): Promise<void> =>
    expect.poll(() => state(format), { timeout: 30_000 }).toMatch(expected);
  /** Resolves when it has been started again so often. */
  const untilRestarts = (count: number): Promise<void> => becomes('{{.RestartCount}}', new RegExp(`^${count}$`));

  /** Ends what the container's program is, as a crash does. */
  async function crash(): Promise<void> {
    process.kill(Number(await state('{{.State.Pid}}')), 'SIGKILL');
  }

  test('on-failure tries as often as it is told, and then it is over', async () => {
    await docker.text('run', '-d', '--name', 'box', '--restart', 'on-failure:2', image, 'sh', '-c', 'echo run; exit 4');
    await becomes('{{.State.Status}} {{.RestartCount}}', /^exited 2$/);
    const format = '{{.State.Status}} {{.State.ExitCode}} {{.RestartCount}} {{json .HostConfig.RestartPolicy}}';
    expect(await state(format)).toBe('exited 4 2 {"Name":"on-failure","MaximumRetryCount":2}');
    expect(await docker.text('logs', 'box')).toBe('run\nrun\nrun');
  });

  test('on-failure leaves one alone that has done its work', async () => {
    await docker.text('run', '-d', '--name', 'box', '--restart', 'on-failure', image, 'true');
    await docker.text('wait', 'box');
    expect(await state('{{.State.Status}} {{.RestartCount}}')).toBe('exited 0');
  });

  test('one that waits for its next start says so, and is stopped, killed and removed', async () => {
    await docker.text('run', '-d', '--name', 'box', '--restart', 'always', image, 'false');
    // By then it waits for seconds.
    await untilRestarts(5);
    const format = '{{.State.Status}} {{.State.Running}} {{.State.Restarting}} {{.State.Pid}} {{.State.ExitCode}}';
    await becomes(format, /^restarting true true 0 1$/);
    expect(await docker.text('ps', '--format', '{{.State}} {{.Status}}')).toMatch(
      /^restarting Restarting \(1\) .+ ago$/,
    );
    for (const [args, words] of [
      [['exec', 'box', 'true'], 'is restarting, wait until the container is running'],
      [['pause', 'box'], 'is restarting, wait until the container is running'],
      [['attach', 'box'], 'restarting'],
      [['rm', 'box'], 'container is restarting: stop the container before removing or force remove'],
    ] as const) {
      const { code, stderr } = await docker.run(args);
      expect([args[0], code]).toEqual([args[0], 1]);
      expect(stderr).toContain(words);
    }
    expect(await docker.text('stop', 'box')).toBe('box');
    expect(await state('{{.State.Status}} {{.State.ExitCode}}')).toBe('exited 1');
    await docker.text('start', 'box');
    await untilRestarts(4);
    await becomes('{{.State.Status}}', /^restarting$/);
    await docker.text('kill', 'box');
    expect(await state('{{.State.Status}}')).toBe('exited');
    await docker.text('start', 'box');
    await untilRestarts(4);
    await becomes('{{.State.Status}}', /^restarting$/);
    await docker.text('rm', '-f', 'box');
    expect(await docker.text('ps', '-aq')).toBe('');
  });

  test('a person who stops it has the last word, until they start it', async () => {
    await docker.text('run', '-d', '--name', 'box', '--restart', 'always', image, 'sleep', '1000');
    await docker.text('stop', '-t', '0', 'box');
    expect(await state('{{.State.Status}} {{.RestartCount}}')).toBe('exited 0');
    await docker.text('start', 'box');
    await crash();
    await becomes('{{.State.Status}} {{.RestartCount}}', /^running 1$/);
    await docker.text('restart', '-t', '0', 'box');
    expect(await state('{{.State.Status}} {{.RestartCount}}')).toBe('running 0');
  });

  test('docker update gives and takes a policy', async () => {
    await docker.text('run', '-d', '--name', 'box', image, 'sleep', '1000');
    await docker.text('update', '--restart', 'always', 'box');
    await crash();
    await becomes('{{.State.Status}} {{.RestartCount}}', /^running 1$/);
    await docker.text('update', '--restart', 'no', 'box');
    await crash();
    await docker.text('wait', 'box');
    expect(await state('{{.State.Status}} {{.HostConfig.RestartPolicy.Name}}')).toBe('exited no');
  });

  test('what goes with its end has no policy', async () => {
    const body = { Image: image, Cmd: ['true'], HostConfig: { AutoRemove: true, RestartPolicy: { Name: 'always' } } };
    const answer = await engine.ask('/containers/create', { method: 'POST', body });
    expect([answer.status, answer.body]).toEqual([
      400,
      `{"message":"can't create 'AutoRemove' container with restart policy"}`,
    ]);
    await docker.text('run', '-d', '--rm', '--name', 'box', image, 'sleep', '1000');
    const { code, stderr } = await docker.run(['update', '--restart', 'always', 'box']);
    expect([code, stderr]).toEqual([1, expect.stringContaining('because AutoRemove is enabled')]);
  });

  test('an engine killed in the middle of a wait leaves it to the next', async () => {
    await docker.text('run', '-d', '--name', 'box', '--restart', 'on-failure:6', image, 'false');
    await untilRestarts(5);
    await becomes('{{.State.Status}}', /^restarting$/);
    await engine.restart('SIGKILL');
    await becomes('{{.State.Status}} {{.RestartCount}}', /^exited 6$/);
  });

  test('a new engine starts what ended without it, and what its policy says', async () => {
    const run = (name: string, policy: string): Promise<string> =>
      docker.text('run', '-d', '--name', name, '--restart', policy, image, 'sleep', '1000');
    await Promise.all([
      run('crashed', 'unless-stopped'),
      run('always-stopped', 'always'),
      run('stopped', 'unless-stopped'),
      run('failed', 'on-failure'),
      run('never', 'no'),
      docker.text('create', '--name', 'unstarted', '--restart', 'always', image, 'sleep', '1000'),
    ]);
    await docker.text('stop', '-t', '0', 'always-stopped', 'stopped');
    const pids = await docker.text('inspect', '-f', '{{.State.Pid}}', 'crashed', 'failed', 'never');
    await engine.kill('SIGKILL');
    for (const pid of pids.split('\n')) process.kill(Number(pid), 'SIGKILL');
    await engine.start();
    const found = async (): Promise<string[]> =>
      (await docker.text('ps', '-a', '--format', '{{.Names}} {{.State}}')).split('\n').toSorted();
    await expect
      .poll(found, { timeout: 30_000 })
      .toEqual([
        'always-stopped running',
        'crashed running',
        'failed running',
        'never exited',
        'stopped exited',
        'unstarted created',
      ]);
  });

  test('after a reboot of the machine nothing runs that is said to, and policies count', async () => {
    await docker.text('run', '-d', '--name', 'box', '--restart', 'unless-stopped', image, 'sleep', '1000');
    await docker.text('run', '-d', '--name', 'other', image, 'sleep', '1000');
    const pids = await docker.text('inspect', '-f', '{{.State.Pid}}', 'box', 'other');
    await engine.kill('SIGKILL');
    await endWithTheirShims(pids.split('\n').map(Number));
    inAnotherBoot(engine.dataRoot);
    await engine.start();
    const format = '{{.State.Status}} {{.State.ExitCode}} {{.State.Error}}';
    expect(await docker.text('inspect', '-f', format, 'other')).toBe(
      'exited 255 It ended with the machine, which has been started anew since.',
    );
    await becomes('{{.State.Status}} {{.RestartCount}}', /^running 1$/);
  });
});

/** As a reboot ends them: without a word left. */
async function endWithTheirShims(pids: readonly number[]): Promise<void> {
  for (const pid of pids) {
    const [, parent] = /^PPid:\s*(\d+)$/m.exec(await readFile(`/proc/${pid}/status`, 'utf8')) ?? [];
    process.kill(Number(parent), 'SIGKILL');
    process.kill(pid, 'SIGKILL');
  }
}

/** The engine's records as another run of the kernel finds them. */
function inAnotherBoot(dataRoot: string): void {
  const database = new DatabaseSync(join(dataRoot, 'estrato.db'));
  const words = '0f1e2d3c-0000-4000-8000-000000000000';
  database.prepare("UPDATE containers SET state = json_set(state, '$.bootId', ?)").run(words);
  database.close();
}
