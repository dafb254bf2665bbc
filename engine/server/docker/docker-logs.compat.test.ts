import { setTimeout as pause } from 'node:timers/promises';

import { expect, test } from 'vitest';

import { describeWith } from '#engine/testing/requires.ts';
import { storyScene } from '#engine/testing/story-scene.ts';

/** Writes numbers, ten thousand for each line that it is sent, until there is none. */
const COUNTING = 'n=0; while read line; do seq $((n + 1)) $((n + 10000)); n=$((n + 10000)); done';

const SMALL = ['--log-opt', 'max-size=16k', '--log-opt', 'max-file=3'];

describeWith(['root', 'launcher', 'busybox', 'docker client'], 'logs that are rotated', () => {
  const { engine, docker, estrato, image } = storyScene();

  /** Numbers one after the other, up to the last that was written. */
  function expectNumbers(text: string, last: number): readonly number[] {
    const numbers = text.trim().split('\n').map(Number);
    const [first = 0] = numbers;
    expect(numbers).toEqual(Array.from({ length: last - first + 1 }, (_, index) => first + index));
    return numbers;
  }

  async function logged(name: string): Promise<number> {
    const { log } = await engine.call('containers.get', { id: name });
    return log.bytes;
  }

  test('hold so much and no more, and say how large they are', async () => {
    await docker.text('run', '--name', 'box', ...SMALL, image, 'seq', '1', '100000');
    const numbers = expectNumbers(await docker.text('logs', 'box'), 100_000);
    expect(numbers.length).toBeGreaterThan(3000);
    expect(numbers[0]).toBeGreaterThan(50_000);
    expect(await logged('box')).toBeLessThanOrEqual(48_000);
    expect(await docker.text('logs', '--tail', '2', 'box')).toBe('99999\n100000');
    expect(await docker.text('inspect', '-f', '{{json .HostConfig.LogConfig.Config}}', 'box')).toBe(
      '{"max-file":"3","max-size":"16k"}',
    );
  });

  test('go on while nobody is there, and are whole for who comes back', async () => {
    await docker.text('run', '-di', '--name', 'box', ...SMALL, image, 'sh', '-c', COUNTING);
    await using writer = docker.start(['attach', 'box']);
    await using follower = docker.start(['logs', '-f', 'box']);
    writer.write('\n');
    await follower.until(/\n10000\n/);
    writer.write('\n'.repeat(5));
    await follower.until(/\n30000\n/);
    await engine.restart('SIGKILL');
    expectNumbers(await docker.text('logs', 'box'), 60_000);
    await using again = docker.start(['attach', 'box']);
    await using next = docker.start(['logs', '-f', '--tail', '1', 'box']);
    await next.until(/60000\n/);
    again.write('\n'.repeat(4));
    await next.until(/\n100000\n/);
    expect(expectNumbers(next.stdout, 100_000)).toHaveLength(40_001);
    expectNumbers(await docker.text('logs', 'box'), 100_000);
  });

  test('are read over several files by time', async () => {
    await docker.text(
      'run',
      '-di',
      '--name',
      'box',
      '--log-opt',
      'max-size=1k',
      '--log-opt',
      'max-file=20',
      image,
      'cat',
    );
    await using writer = docker.start(['attach', 'box']);
    writer.write('early '.repeat(300).replaceAll(' ', '\n'));
    await writer.until(/(early\n){300}/);
    await pause(1100);
    const between = new Date().toISOString();
    writer.write('late '.repeat(300).replaceAll(' ', '\n'));
    await writer.until(/(late\n){300}/);
    const early = await docker.text('logs', '--until', between, 'box');
    const late = await docker.text('logs', '--since', between, 'box');
    expect([new Set(early.split('\n')), new Set(late.split('\n'))]).toEqual([new Set(['early']), new Set(['late'])]);
    expect(late.split('\n')).toHaveLength(300);
  });

  test('are as the engine’s settings say where a container says nothing', async () => {
    expect(await estrato.text('log-settings')).toMatch(/\n20MB +5$/);
    await estrato.text('log-settings', '--max-size', '10k', '--max-file', '2');
    expect(JSON.parse(await estrato.text('log-settings', '--format', 'json'))).toEqual({
      maxBytes: 10_240,
      maxFiles: 2,
    });
    await engine.restart('SIGKILL');
    await docker.text('run', '--name', 'box', image, 'seq', '1', '20000');
    expect(await logged('box')).toBeLessThanOrEqual(20_480);
    expectNumbers(await estrato.text('logs', '--tail', '50', 'box'), 20_000);
    await docker.text('run', '--name', 'own', '--log-opt', 'max-size=-1', image, 'seq', '1', '20000');
    expect(expectNumbers(await docker.text('logs', 'own'), 20_000)).toHaveLength(20_000);
    await estrato.text('log-settings', '--max-size', '20m', '--max-file', '5');
  });

  test('come out of the trash with all of their files', async () => {
    await docker.text('run', '--name', 'kept', ...SMALL, image, 'seq', '1', '50000');
    const before = await docker.text('logs', 'kept');
    await docker.text('rm', 'kept');
    expect(await estrato.text('trash', 'logs', 'kept')).toBe(before);
    await estrato.text('trash', 'restore', 'kept');
    expect(await docker.text('logs', 'kept')).toBe(before);
  });

  test('are not written where nobody wants one', async () => {
    const { code, stdout } = await docker.run(['run', '--name', 'box', '--log-driver', 'none', image, 'echo', 'heard']);
    expect([code, stdout]).toEqual([0, 'heard\n']);
    expect(await logged('box')).toBe(0);
    expect((await docker.run(['logs', 'box'])).stderr).toContain('configured logging driver does not support reading');
  });

  test.each([
    [['--log-driver', 'syslog'], "logger: no log driver named 'syslog' is registered"],
    [['--log-opt', 'max-size=much'], "invalid size: 'much'"],
    [['--log-opt', 'max-file=0'], 'max-file cannot be less than 1'],
    [['--log-opt', 'colour=red'], "unknown log opt 'colour' for json-file log driver"],
  ])('%j is refused', async (options, sentence) => {
    const { code, stderr } = await docker.run(['create', ...options, image]);
    expect([code, stderr]).toEqual([1, expect.stringContaining(sentence)]);
  });

  test('hold all that fits where a container waits for no disk, and follows go on', async () => {
    const waiting = ['--log-opt', 'mode=non-blocking', '--log-opt', 'max-buffer-size=2m'];
    const lines = 'seq 1 10000; echo bad >&2; exec sleep 1000';
    await docker.text('run', '-d', '--name', 'box', ...waiting, image, 'sh', '-c', lines);
    await using followed = docker.start(['logs', '-f', 'box']);
    await followed.until(/\n10000\n/);
    await engine.restart('SIGKILL');
    await docker.text('kill', 'box');
    const { stdout, stderr } = await docker.run(['logs', 'box']);
    expect(stdout.trim().split('\n')).toEqual(Array.from({ length: 10_000 }, (_, at) => String(at + 1)));
    expect(stderr).toBe('bad\n');
    expect(await docker.text('inspect', '-f', '{{json .HostConfig.LogConfig.Config}}', 'box')).toBe(
      '{"max-buffer-size":"2m","mode":"non-blocking"}',
    );
  });

  test('compressing is not done, and said', async () => {
    const { code, stderr } = await docker.run(['create', ...SMALL, '--log-opt', 'compress=true', image]);
    expect([code, stderr]).toEqual([0, expect.stringContaining('compress=true is ignored')]);
  });
});
