import { describe, expect, test } from 'vitest';

import { describeWith } from '#engine/testing/requires.ts';
import { storyScene } from '#engine/testing/story-scene.ts';

describeWith(
  ['root', 'launcher', 'busybox', 'docker client'],
  "the life of a container with Docker's own command line",
  () => {
    const { engine, docker, image } = storyScene();

    describe('life of a container', () => {
      test('stop asks, and kills whoever does not listen', async () => {
        await docker.text(
          'run',
          '-d',
          '--name',
          'polite',
          image,
          'sh',
          '-c',
          'trap "exit 5" TERM; echo up; while :; do sleep 0.1; done',
        );
        await using logs = docker.start(['logs', '-f', 'polite']);
        await logs.until(/up\n/);
        expect(await docker.text('stop', 'polite')).toBe('polite');
        expect(await docker.text('wait', 'polite')).toBe('5');
        await docker.text('run', '-d', '--name', 'deaf', image, 'sleep', '1000');
        await docker.text('stop', '-t', '0', 'deaf');
        expect(await docker.text('inspect', '-f', '{{.State.ExitCode}} {{.State.Running}}', 'deaf')).toBe('137 false');
      });

      test('kill, start, restart', async () => {
        await docker.text('run', '-d', '--name', 'box', image, 'sleep', '1000');
        const pid = async (): Promise<string> => docker.text('inspect', '-f', '{{.State.Pid}}', 'box');
        const first = await pid();
        await docker.text('restart', '-t', '0', 'box');
        const second = await pid();
        expect(new Set([first, second, '0'])).toHaveLength(3);
        await docker.text('kill', 'box');
        expect(await docker.text('ps', '-aq', '-f', 'status=exited')).not.toBe('');
        expect(await docker.run(['kill', 'box'])).toMatchObject({ code: 1 });
        expect(await docker.text('start', 'box')).toBe('box');
        expect(await pid()).not.toBe('0');
      });

      test('wait says the exit code once it is there', async () => {
        await docker.text('run', '-d', '-i', '--name', 'box', image, 'sh', '-c', 'read word; exit 9');
        await using waiting = docker.start(['wait', 'box']);
        await using attached = docker.start(['attach', 'box']);
        attached.write('on\n');
        await waiting.until(/^9\n/);
        expect((await attached.ended).code).toBe(9);
      });

      test('whatever has changed about one is in the next list', async () => {
        const listed = async (): Promise<string> =>
          docker.text('ps', '-a', '--no-trunc', '--format', '{{.Names}}|{{.Status}}|{{.Networks}}|{{.Ports}}');
        await docker.text('network', 'create', 'more');
        await docker.text('create', '--name', 'box', '-p', '127.0.0.1::80', image, 'sleep', '1000');
        expect(await listed()).toBe('box|Created|bridge|');
        await docker.text('network', 'connect', 'more', 'box');
        expect(await listed()).toBe('box|Created|bridge,more|');
        await docker.text('rename', 'box', 'case');
        expect(await listed()).toMatch(/^case\|Created/);
        await docker.text('start', 'case');
        expect(await listed()).toMatch(/^case\|Up .*\|bridge,more\|127\.0\.0\.1:\d+->80\/tcp$/);
        await docker.text('network', 'disconnect', 'more', 'case');
        await docker.text('pause', 'case');
        expect(await listed()).toMatch(/^case\|Up .* \(Paused\)\|bridge\|127/);
        await docker.text('rm', '-f', 'case');
        await docker.text('network', 'rm', 'more');
        expect(await listed()).toBe('');
      });

      test('rename, and a name that is taken', async () => {
        await docker.text('create', '--name', 'one', image);
        await docker.text('create', '--name', 'two', image);
        await docker.text('rename', 'one', 'three');
        expect(await docker.text('ps', '-a', '--format', '{{.Names}}')).toBe('two\nthree');
        const { code, stderr } = await docker.run(['rename', 'three', 'two']);
        expect(code).toBe(1);
        expect(stderr).toContain('The container name "/two" is already in use');
      });

      test('rm leaves what runs, rm -f does not', async () => {
        await docker.text('run', '-d', '--name', 'box', image, 'sleep', '1000');
        const { code, stderr } = await docker.run(['rm', 'box']);
        expect(code).toBe(1);
        expect(stderr).toContain('cannot remove container "/box": container is running');
        expect(await docker.text('rm', '-f', 'box')).toBe('box');
        expect(await docker.text('ps', '-aq')).toBe('');
        expect((await docker.run(['rm', 'box'])).stderr).toContain('No such container: box');
      });

      test('inspect shows what it was made with', async () => {
        await docker.text('create', '--name', 'box', '-e', 'A=b', '--label', 'x=y', '-m', '64m', image, 'echo', 'hi');
        const format =
          '{{.Name}} {{.Path}} {{json .Args}} {{.State.Status}} {{.Config.Image}} {{.Config.Labels.x}} {{.HostConfig.Memory}} {{index .Config.Env 0}}';
        expect(await docker.text('inspect', '-f', format, 'box')).toBe(
          `/box echo ["hi"] created ${image} y 67108864 A=b`,
        );
      });

      test('events tell its life in order', async () => {
        // What happens before the client has connected is told too.
        const since = ['--since', String(Date.now() / 1000)];
        await using events = docker.start(['events', ...since, '-f', 'container=life', '--format', '{{.Action}}']);
        await docker.run(['run', '--name', 'life', image, 'sh', '-c', 'exit 4']);
        await docker.text('rm', 'life');
        await events.until(/destroy\n/);
        const told = events.stdout
          .split('\n')
          .filter((action) => ['create', 'start', 'die', 'destroy'].includes(action));
        expect(told).toEqual(['create', 'start', 'die', 'destroy']);
      });
    });

    describe('logs', () => {
      test('both streams, the last lines, with times', async () => {
        await docker.run([
          'run',
          '--name',
          'box',
          image,
          'sh',
          '-c',
          'for i in 1 2 3; do echo line $i; done; echo bad >&2',
        ]);
        expect(await docker.run(['logs', 'box'])).toEqual({
          code: 0,
          stdout: 'line 1\nline 2\nline 3\n',
          stderr: 'bad\n',
        });
        expect(await docker.run(['logs', '--tail', '2', 'box'])).toMatchObject({ stdout: 'line 3\n', stderr: 'bad\n' });
        expect(await docker.text('logs', '-t', '--tail', '4', 'box')).toMatch(
          /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z line 1\n/,
        );
        expect((await docker.run(['logs', '--since', '2099-01-01T00:00:00Z', 'box'])).stdout).toBe('');
      });

      test('follows until the container ends', async () => {
        await docker.text(
          'run',
          '-d',
          '-i',
          '--name',
          'box',
          image,
          'sh',
          '-c',
          'echo ready; read word; echo got $word',
        );
        await using logs = docker.start(['logs', '-f', 'box']);
        await logs.until(/ready\n/);
        await using attached = docker.start(['attach', 'box']);
        attached.write('it\n');
        await logs.until(/got it\n/);
        expect((await logs.ended).code).toBe(0);
      });
    });

    describe('exec', () => {
      test('without a terminal there is nothing to resize, and nothing is amiss', async () => {
        const id = await docker.text('run', '-d', image, 'sleep', '1000');
        expect(await engine.ask(`/containers/${id}/resize?h=20&w=70`, { method: 'POST' })).toMatchObject({
          status: 200,
        });
        expect(await engine.ask('/containers/absent/resize?h=20&w=70', { method: 'POST' })).toMatchObject({
          status: 404,
        });
      });

      test('exit codes, input, both streams', async () => {
        await docker.text('run', '-d', '--name', 'box', image, 'sleep', '1000');
        expect(await docker.run(['exec', 'box', 'sh', '-c', 'echo out; echo err >&2; exit 5'])).toEqual({
          code: 5,
          stdout: 'out\n',
          stderr: 'err\n',
        });
        const asked = ['exec', '-i', '-e', 'A=b', '-w', '/tmp', '-u', 'nobody', 'box'];
        const { stdout } = await docker.run([...asked, 'sh', '-c', 'cat; echo $A; pwd; id -un'], 'input\n');
        expect(stdout).toBe('input\nb\n/tmp\nnobody\n');
      });

      test('a program that is not there is said, with 127', async () => {
        await docker.text('run', '-d', '--name', 'box', image, 'sleep', '1000');
        const { code, stderr } = await docker.run(['exec', 'box', 'nosuch']);
        expect(code).toBe(127);
        expect(stderr).toContain('executable file not found');
        expect(await docker.run(['exec', 'box', '/etc/passwd'])).toMatchObject({ code: 126 });
        expect((await docker.run(['exec', '-d', 'box', 'nosuch'])).stderr).toContain('executable file not found');
      });

      test('a container that does not run has none', async () => {
        const id = await docker.text('create', '--name', 'box', image);
        const { code, stderr } = await docker.run(['exec', 'box', 'true']);
        expect(code).toBe(1);
        expect(stderr).toContain(`container ${id} is not running`);
      });

      test('one that is being restarted with all patience is removed by force', async () => {
        await docker.text('run', '-d', '--name', 'box', image, 'sleep', '1000');
        await using events = docker.start([
          'events',
          '--since',
          '1',
          '--filter',
          'event=kill',
          '--format',
          '{{.Action}}',
        ]);
        await using restarting = docker.start(['restart', '-t', '1000', 'box']);
        await events.until(/kill/);
        await docker.text('rm', '-f', 'box');
        expect(await docker.text('ps', '-aq')).toBe('');
        await restarting.ended;
      });
    });
  },
);
