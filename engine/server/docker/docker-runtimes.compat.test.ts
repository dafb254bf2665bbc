import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';

import { DockerCli } from '#engine/testing/docker-cli.ts';
import { EstratoCli } from '#engine/testing/estrato-cli.ts';
import { describeWith } from '#engine/testing/requires.ts';
import { startTestEngine, type TestEngine } from '#engine/testing/test-engine.ts';

describeWith(
  ['root', 'launcher', 'busybox', 'overlay', 'docker client', 'crun', 'runc'],
  'docker run --runtime',
  () => {
    let engine: TestEngine;
    let docker: DockerCli;
    let image: string;

    beforeAll(async () => {
      engine = await startTestEngine();
      docker = new DockerCli(engine.host);
      image = await engine.loadStory();
    });
    afterEach(() => engine.removeContainers());
    afterAll(() => engine[Symbol.asyncDispose]());

    test('info lists what there is', async () => {
      const words = await docker.text(
        'info',
        '--format',
        '{{.DefaultRuntime}}:{{range $name, $_ := .Runtimes}} {{$name}}{{end}}',
      );
      expect(words).toBe('estrato: crun estrato runc');
    });

    test('one that there is not is refused in Docker’s words', async () => {
      const { code, stderr } = await docker.run(['run', '--runtime', 'moon', image, 'true']);
      expect(code).toBe(125);
      expect(stderr).toContain('unknown or invalid runtime name: moon');
    });

    test.each(['crun', 'runc', 'estrato'])('%s makes a container that is like any other', async (runtime) => {
      const run = ['run', '-d', '--name', 'box', '--runtime', runtime, '--memory', '64m', '--hostname', 'named'];
      await docker.text(...run, image, 'sh', '-c', 'trap "exit 3" TERM; echo ready; while :; do sleep 0.05; done');
      expect(await docker.text('inspect', '-f', '{{.HostConfig.Runtime}} {{.State.Status}}', 'box')).toBe(
        `${runtime} running`,
      );
      expect(
        await docker.text('exec', 'box', 'cat', '/etc/hostname', '/sys/fs/cgroup/memory/memory.limit_in_bytes'),
      ).toBe('named\n67108864');
      const address = await docker.text('inspect', '-f', '{{.NetworkSettings.Networks.bridge.IPAddress}}', 'box');
      expect(await docker.text('exec', 'box', 'ip', '-4', 'addr', 'show', 'eth0')).toContain(`inet ${address}/16`);
      await docker.text('pause', 'box');
      await docker.text('unpause', 'box');
      await engine.restart('SIGKILL');
      expect(await docker.text('exec', 'box', 'hostname')).toBe('named');
      await docker.text('stop', 'box');
      expect(await docker.text('inspect', '-f', '{{.State.ExitCode}}', 'box')).toBe('3');
      await docker.text('start', 'box');
      await expect.poll(() => docker.text('logs', 'box')).toBe('ready\nready');
      await docker.text('rm', '-f', 'box');
    });

    test.each(['crun', 'runc'])('%s says what it can’t start', async (runtime) => {
      const { code, stderr } = await docker.run(['run', '--rm', '--runtime', runtime, image, 'nothing']);
      expect(code).toBe(127);
      expect(stderr).toMatch(/nothing.*not found|not found.*nothing/);
      expect(await docker.text('ps', '-aq')).toBe('');
    });

    test.each(['crun', 'runc'])(
      '%s is not given the machine’s shared memory for another container’s',
      async (runtime) => {
        await docker.text('run', '-d', '--name', 'box', '--ipc', 'shareable', image, 'sleep', '1000');
        const { code, stderr } = await docker.run([
          'run',
          '--rm',
          '--runtime',
          runtime,
          '--ipc',
          'container:box',
          image,
          'mount',
        ]);
        expect(stderr).toContain('choose --runtime estrato');
        expect(code).toBe(125);
      },
    );

    test('the engine may be told another default', async () => {
      await engine.kill('SIGTERM');
      await expect(engine.start('--default-runtime', 'moon')).rejects.toThrow('unknown or invalid runtime name: moon');
      await engine.start('--default-runtime', 'runc');
      await docker.text('create', '--name', 'box', image, 'true');
      expect(await docker.text('inspect', '-f', '{{.HostConfig.Runtime}}', 'box')).toBe('runc');
      await engine.restart();
    });

    test('a person may choose another, which is kept, and one that there is not is refused', async () => {
      const estrato = new EstratoCli(engine);
      const usual = (): Promise<string> => docker.text('info', '--format', '{{.DefaultRuntime}}');
      expect(JSON.parse(await estrato.text('runtimes', '--usual', 'crun', '--format', 'json'))).toEqual({
        usual: 'crun',
        available: ['estrato', 'crun', 'runc'],
      });
      const made = await docker.text('create', image, 'true');
      expect(await docker.text('inspect', '-f', '{{.HostConfig.Runtime}}', made)).toBe('crun');
      await engine.restart('SIGKILL');
      expect(await usual()).toBe('crun');
      const refused = await estrato.run(['runtimes', '--usual', 'moon']);
      expect(refused.stderr).toContain('unknown or invalid runtime name: moon (there are estrato, crun, runc)');
      expect(await estrato.text('runtimes', '--usual', 'estrato')).toMatch(/^estrato +yes/m);
      expect(await usual()).toBe('estrato');
    });
  },
);
