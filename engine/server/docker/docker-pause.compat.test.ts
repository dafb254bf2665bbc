import { expect, test } from 'vitest';

import { describeWith } from '#engine/testing/requires.ts';
import { storyScene } from '#engine/testing/story-scene.ts';

/** Answers each line; ends as it is told, or with 7 when it is asked to by a signal. */
const ANSWERING = 'trap "exit 7" TERM; echo ready; while :; do read -t 1 word && echo heard $word; done';

describeWith(['root', 'launcher', 'busybox', 'docker client'], 'docker pause', () => {
  const { engine, docker, image } = storyScene();

  const state = (name: string): Promise<string> =>
    docker.text('inspect', '-f', '{{.State.Status}} {{.State.Running}} {{.State.Paused}}', name);

  /** Running, and past its first line. */
  async function runAnswering(name: string): Promise<void> {
    await docker.text('run', '-di', '--name', name, image, 'sh', '-c', ANSWERING);
    await using logs = docker.start(['logs', '-f', name]);
    await logs.until(/ready\n/);
  }

  test('holds every process still until unpause, and each list says so', async () => {
    await runAnswering('box');
    expect(await docker.text('pause', 'box')).toBe('box');
    expect(await state('box')).toBe('paused true true');
    expect(await docker.text('ps', '--format', '{{.Names}} {{.State}} {{.Status}}')).toMatch(
      /^box paused Up .+ \(Paused\)$/,
    );
    expect(await docker.text('ps', '-q', '--filter', 'status=paused')).not.toBe('');
    expect(await docker.text('info', '-f', '{{.ContainersRunning}} {{.ContainersPaused}} {{.ContainersStopped}}')).toBe(
      '0 1 0',
    );
    expect(await docker.text('unpause', 'box')).toBe('box');
    expect(await state('box')).toBe('running true false');
    await using attached = docker.start(['attach', 'box']);
    attached.write('hello\n');
    await attached.until(/heard hello\n/);
  });

  test('refuses, in words, what a paused container can not do', async () => {
    await runAnswering('box');
    await docker.text('pause', 'box');
    for (const [args, words] of [
      [['pause', 'box'], /is already paused/],
      [['exec', 'box', 'true'], /is paused, unpause the container before exec/],
      [['start', 'box'], /cannot start a paused container, try unpause instead/],
      [['rm', 'box'], /container is paused and must be unpaused first/],
    ] as const) {
      const { code, stderr } = await docker.run(args);
      expect({ code, args }).toEqual({ code: 1, args });
      expect(stderr).toMatch(words);
    }
  });

  test.each([
    ['pause', 'is not running'],
    ['unpause', 'is not paused'],
  ])('%s of one that has ended says why not', async (verb, words) => {
    await docker.text('run', '--name', 'ended', image, 'true');
    const { code, stderr } = await docker.run([verb, 'ended']);
    expect(code).toBe(1);
    expect(stderr).toContain(words);
  });

  test('stop lets it end as its program likes', async () => {
    await runAnswering('box');
    await docker.text('pause', 'box');
    await docker.text('stop', 'box');
    expect(await docker.text('inspect', '-f', '{{.State.Status}} {{.State.ExitCode}}', 'box')).toBe('exited 7');
  });

  test('kill and rm -f end it too', async () => {
    await runAnswering('one');
    await runAnswering('two');
    await docker.text('pause', 'one', 'two');
    await docker.text('kill', 'one');
    expect(await docker.text('inspect', '-f', '{{.State.Status}} {{.State.ExitCode}}', 'one')).toBe('exited 137');
    await docker.text('rm', '-f', 'two');
    expect(await docker.text('ps', '-aq', '--filter', 'name=two')).toBe('');
  });

  test('a signal that does not end it waits for unpause', async () => {
    await docker.text('run', '-di', '--name', 'box', image, 'sh', '-c', `trap "echo usr1" USR1; ${ANSWERING}`);
    await using logs = docker.start(['logs', '-f', 'box']);
    await logs.until(/ready\n/);
    await docker.text('pause', 'box');
    await docker.text('kill', '-s', 'USR1', 'box');
    expect(await state('box')).toBe('paused true true');
    await docker.text('unpause', 'box');
    await logs.until(/usr1\n/);
  });

  test.each(['SIGKILL', 'SIGTERM'] as const)('the next engine after %s has it paused', async (signal) => {
    await runAnswering('box');
    await docker.text('pause', 'box');
    await engine.restart(signal);
    expect(await state('box')).toBe('paused true true');
    await docker.text('unpause', 'box');
    await using attached = docker.start(['attach', 'box']);
    attached.write('again\n');
    await attached.until(/heard again\n/);
  });
});
