import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

import { expect, test } from 'vitest';

import { createCgroups, destroyCgroups, layOutCgroups } from '#engine/runtime/cgroups.ts';
import { cgroupsOf } from '#engine/runtime/testing/host-traces.ts';
import { describeWith } from '#engine/testing/requires.ts';
import { storyScene } from '#engine/testing/story-scene.ts';
import { spawnEngine } from '#engine/testing/test-engine.ts';

/** Ends with the code it is told to on its standard input, after saying so. */
const OBEDIENT = 'echo ready; while read word code; do echo heard $word; [ "$word" = end ] && exit $code; done';

describeWith(['root', 'launcher', 'busybox', 'docker client'], 'containers whose engine goes away', () => {
  const { engine, docker, image } = storyScene();

  const pidOf = (name: string): Promise<string> => docker.text('inspect', '-f', '{{.State.Pid}}', name);

  /** Waits for what only a line in its log can tell. */
  async function untilLogged(name: string, pattern: RegExp): Promise<void> {
    await using logs = docker.start(['logs', '-f', name]);
    await logs.until(pattern);
  }

  test.each(['SIGKILL', 'SIGTERM'] as const)('%s leaves them running, and the next engine has them', async (signal) => {
    await docker.text('run', '-di', '--name', 'box', image, 'sh', '-c', OBEDIENT);
    await untilLogged('box', /ready\n/);
    const pid = await pidOf('box');
    await engine.kill(signal);
    expect(() => process.kill(Number(pid), 0)).not.toThrow();
    await engine.start();

    expect(await pidOf('box')).toBe(pid);
    expect(await docker.text('ps', '--format', '{{.Names}} {{.State}}')).toBe('box running');
    expect(await docker.text('logs', 'box')).toBe('ready');
    expect(await docker.run(['exec', 'box', 'sh', '-c', 'echo inside; exit 3'])).toMatchObject({
      code: 3,
      stdout: 'inside\n',
    });
    await using attached = docker.start(['attach', 'box']);
    attached.write('hello 0\n');
    await attached.until(/heard hello\n/);
    attached.write('end 5\n');
    await attached.until(/heard end\n/);
    expect((await attached.ended).code).toBe(5);
    expect(await docker.text('logs', 'box')).toBe('ready\nheard hello\nheard end');
  });

  test('a terminal too, with what was on its screen', async () => {
    await docker.text('run', '-dit', '--name', 'box', image, 'sh');
    const size = { rows: 30, columns: 100 };
    {
      await using before = await docker.startAtTerminal(['attach', 'box'], size);
      before.process.write('word=kept; echo $((40 + 2))\r');
      await before.process.until(/42\r\n/);
      await engine.restart('SIGKILL');
      await before.process.ended;
    }
    await using after = await docker.startAtTerminal(['attach', 'box'], size);
    after.process.write('echo is $word\r');
    await after.process.until(/is kept\r\n/);
  });

  test('an exec session goes on, and is ended with its container', async () => {
    await docker.text('run', '-d', '--name', 'box', image, 'sleep', '1000');
    await using session = docker.start(['exec', '-i', 'box', 'sh', '-c', 'echo begun; sleep 1000']);
    await session.until(/begun\n/);
    await engine.restart('SIGKILL');
    const execs = await docker.text('inspect', '-f', '{{len .ExecIDs}}', 'box');
    expect(execs).toBe('1');
    await docker.text('kill', 'box');
    expect(await docker.text('inspect', '-f', '{{.State.Status}} {{len .ExecIDs}}', 'box')).toBe('exited 0');
  });

  test('what a power cut has left of one container keeps nobody from the others, and can be removed', async () => {
    const bundleOf = async (name: string): Promise<string> =>
      join(engine.dataRoot, 'containers', await docker.text('inspect', '-f', '{{.Id}}', name));
    for (const name of ['emptied', 'garbled', 'whole'])
      await docker.text('run', '-d', '--name', name, image, 'sleep', '1000');
    const pid = await pidOf('emptied');
    await writeFile(join(await bundleOf('emptied'), 'config.json'), '');
    await writeFile(join(await bundleOf('garbled'), 'config.json'), '{"oci');
    await engine.kill('SIGKILL');
    process.kill(Number(pid), 'SIGKILL');
    await engine.start();
    expect(await docker.text('exec', 'whole', 'echo', 'goes on')).toBe('goes on');
    const ended = await docker.text('inspect', '-f', '{{.State.Status}} {{.State.ExitCode}}', 'emptied', 'garbled');
    expect(ended).toBe('exited 137\nexited 255');
    await docker.text('rm', 'emptied', 'garbled');
    expect(await docker.text('ps', '-a', '--format', '{{.Names}}')).toBe('whole');
  });

  test('an end that no engine saw is recorded with its exit code and its time', async () => {
    await docker.text(
      'run',
      '-di',
      '--name',
      'box',
      image,
      'sh',
      '-c',
      'trap "echo bye; exit 9" TERM; echo ready; while :; do sleep 0.05; done',
    );
    await untilLogged('box', /ready\n/);
    const pid = Number(await pidOf('box'));
    await engine.kill('SIGKILL');
    const before = Date.now();
    process.kill(pid, 'SIGTERM');
    await untilGone(pid);
    const after = Date.now();
    await engine.start();

    expect(await docker.text('inspect', '-f', '{{.State.Status}} {{.State.ExitCode}}', 'box')).toBe('exited 9');
    expect(await docker.text('wait', 'box')).toBe('9');
    expect(await docker.text('logs', 'box')).toBe('ready\nbye');
    const finishedAt = Date.parse(await docker.text('inspect', '-f', '{{.State.FinishedAt}}', 'box'));
    expect(finishedAt).toBeGreaterThanOrEqual(before);
    expect(finishedAt).toBeLessThanOrEqual(after + 1000);
    await docker.text('start', 'box');
    expect(await pidOf('box')).not.toBe('0');
  });

  test('one that goes with its end is gone when the next engine comes', async () => {
    await docker.text('run', '-d', '--rm', '--name', 'box', image, 'sleep', '1000');
    const pid = Number(await pidOf('box'));
    await engine.kill('SIGKILL');
    process.kill(pid, 'SIGKILL');
    await untilGone(pid);
    await engine.start();
    expect(await docker.text('ps', '-aq')).toBe('');
  });

  test('a second engine on the same data root is refused in a sentence', async () => {
    const second = spawnEngine(engine.dataRoot, `${engine.host}2`);
    const ended = once(second, 'close');
    const [stdout, stderr] = await Promise.all([text(second.stdout), text(second.stderr)]);
    await ended;
    expect(stdout).toBe('');
    expect(stderr).toBe(
      `estrato: The data root ${engine.dataRoot} is in use by the engine with pid ${engine.pid}; stop it or choose another --data-root.\n`,
    );
    expect(second.exitCode).toBe(1);
    expect(await docker.text('version', '--format', '{{.Server.Platform.Name}}')).toBe('Estrato');
  });

  test('those who wait are told when the engine stops', async () => {
    await docker.text('run', '-d', '--name', 'box', image, 'sh', '-c', 'echo ready; sleep 1000');
    await using waiting = docker.start(['wait', 'box']);
    await using logs = docker.start(['logs', '-f', 'box']);
    await logs.until(/ready\n/);
    expect(await engine.kill('SIGTERM')).toBe(0);
    await Promise.all([waiting.ended, logs.ended]);
    await engine.start();
    expect(await docker.text('inspect', '-f', '{{.State.Status}}', 'box')).toBe('running');
  });

  test('control groups of its own that are left over go, those of others stay', async () => {
    await docker.text('run', '--name', 'over', image, 'true');
    const own = await docker.text('inspect', '-f', '{{.Id}}', 'over');
    await docker.text('run', '--name', 'removed', image, 'true');
    const removed = await docker.text('inspect', '-f', '{{.Id}}', 'removed');
    await docker.text('rm', 'removed');
    const others = randomBytes(32).toString('hex');
    await engine.kill('SIGKILL');
    for (const id of [own, removed, others]) await createCgroups(await layOutCgroups(`/estrato/${id}`), {});
    try {
      await engine.start();
      expect([await cgroupsOf(own), await cgroupsOf(removed)]).toEqual([[], []]);
      expect((await cgroupsOf(others)).length).toBeGreaterThan(0);
    } finally {
      await destroyCgroups(await layOutCgroups(`/estrato/${others}`));
    }
  });
});

/** A process that is nobody's child here can only be looked for; a zombie is one that its parent has yet to hear of. */
async function untilGone(pid: number): Promise<void> {
  while (isThere(pid)) await new Promise((resolve) => setImmediate(resolve));
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
