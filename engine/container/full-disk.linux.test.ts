import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { DockerCli } from '#engine/testing/docker-cli.ts';
import { describeWith } from '#engine/testing/requires.ts';
import { startTestEngine, type TestEngine } from '#engine/testing/test-engine.ts';

const run = promisify(execFile);

describeWith(['root', 'launcher', 'busybox', 'docker client'], 'an engine whose disk is full', () => {
  let engine: TestEngine;
  let docker: DockerCli;
  beforeEach(async () => {
    engine = await startTestEngine();
    await engine.kill('SIGTERM');
    await run('mount', ['-t', 'tmpfs', '-o', 'size=48m,mode=711', 'tmpfs', engine.dataRoot]);
    await engine.start();
    docker = new DockerCli(engine.host);
  });
  afterEach(async () => {
    await engine.removeContainers();
    await engine.kill('SIGTERM');
    await run('umount', ['-l', engine.dataRoot]);
    await engine[Symbol.asyncDispose]();
  });

  test('goes on when containers end, and records it once there is room', async () => {
    const image = await engine.loadStory();
    const names = ['one', 'two', 'three'];
    for (const name of names) await docker.text('run', '-d', '--name', name, image, 'sh', '-c', 'sleep 1000; exit 3');
    await docker.text('run', '-d', '--name', 'again', '--restart', 'on-failure:1', image, 'sleep', '1000');
    const pids = (await docker.text('inspect', '-f', '{{.State.Pid}}', ...names, 'again')).split('\n').map(Number);
    const before = engine.pid;
    const ballast = join(engine.dataRoot, 'ballast');
    await expect(run('dd', ['if=/dev/zero', `of=${ballast}`, 'bs=4k'])).rejects.toThrow('No space left on device');
    for (const pid of pids) process.kill(pid, 'SIGKILL');
    await docker.text('version');
    await expect.poll(() => pids.filter((pid) => isThere(pid))).toEqual([]);
    await docker.text('version');
    await rm(ballast);
    const states = (): Promise<string> =>
      docker.text('inspect', '-f', '{{.State.Status}} {{.State.ExitCode}}', ...names, 'again');
    await expect.poll(states, { timeout: 20_000 }).toBe(`${'exited 137\n'.repeat(3)}running 0`);
    expect(engine.pid).toBe(before);
  });
});

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
