import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';

import { busyboxPath, describeWith } from '#engine/testing/requires.ts';

import { makePodman, podmanImage as image, type Podman } from './testing/podman.ts';

describeWith(['root', 'launcher', 'busybox', 'podman', 'pids cgroup', 'memory cgroup'], 'podman', () => {
  let podman: Podman;

  beforeAll(async () => {
    podman = await makePodman(busyboxPath);
  });
  afterEach(() => podman.removeContainers());
  afterAll(() => podman[Symbol.asyncDispose]());

  const once = (...args: readonly string[]): ReturnType<Podman['run']> =>
    podman.run('run', '--rm', '--network', 'none', ...args);
  const start = (name: string, ...args: readonly string[]): Promise<string> =>
    podman.text('run', '--detach', '--network', 'none', '--name', name, ...args);
  const inspect = (name: string, format: string): Promise<string> => podman.text('inspect', '--format', format, name);

  test('run: streams and exit code', async () => {
    expect(await once(image, 'sh', '-c', 'echo out; echo err >&2; exit 3')).toEqual({
      code: 3,
      stdout: 'out\n',
      stderr: 'err\n',
    });
  });

  test('run: the codes of a program that is not there, and of one that may not be executed', async () => {
    const missing = await once(image, 'nothing');
    expect(missing).toMatchObject({ code: 127 });
    expect(missing.stderr).toContain('exec: "nothing": executable file not found in $PATH');
    expect(await once(image, '/etc/passwd')).toMatchObject({ code: 126 });
  });

  test('run -t: a terminal, whose other end is conmon’s', async () => {
    const { code, stdout } = await once('--tty', image, 'sh', '-c', 'tty; test -t 2 && test -c /dev/console; exit $?');
    expect({ code, stdout }).toEqual({ code: 0, stdout: '/dev/pts/0\r\n' });
  });

  test('exec, logs, ps and top of one that runs; stop by its signal; rm', async () => {
    await start('box', image, 'sh', '-c', 'trap "echo bye; exit 4" TERM; echo ready; while :; do sleep 0.05; done');
    expect(await podman.run('exec', 'box', 'sh', '-c', 'echo beside; exit 9')).toMatchObject({
      code: 9,
      stdout: 'beside\n',
    });
    expect(await podman.text('exec', '--tty', '--user', '1000', 'box', 'sh', '-c', 'tty; id -u')).toBe(
      '/dev/pts/0\n1000',
    );
    expect((await podman.run('exec', 'box', 'nothing')).code).toBe(127);
    expect(await podman.text('ps', '--format', '{{.Names}} {{.Status}}')).toMatch(/^box Up /);
    expect(await podman.text('top', 'box', 'args')).toContain('sleep 0.05');
    await podman.text('stop', '--time', '30', 'box');
    expect(await podman.text('logs', 'box')).toBe('ready\nbye');
    expect(await inspect('box', '{{.State.Status}} {{.State.ExitCode}}')).toBe('exited 4');
    await podman.text('start', 'box');
    expect(await inspect('box', '{{.State.Status}}')).toBe('running');
    await podman.text('kill', 'box');
    await podman.text('wait', 'box');
    expect(await inspect('box', '{{.State.ExitCode}}')).toBe('137');
    await podman.text('rm', 'box');
    expect(await podman.text('ps', '--all', '--quiet')).toBe('');
  });

  test('pause and unpause', async () => {
    await start('box', image, 'sleep', '1000');
    await podman.text('pause', 'box');
    expect(await inspect('box', '{{.State.Status}}')).toBe('paused');
    await podman.text('unpause', 'box');
    expect(await podman.text('exec', 'box', 'echo', 'goes on')).toBe('goes on');
  });

  test('volumes, a read-only root, tmpfs, user, environment and directory', async () => {
    await mkdir(podman.path('shared'));
    await writeFile(podman.path('shared/file'), 'from outside\n');
    const script =
      'cat /shared/file; id -u; id -g; pwd; echo $WORD; touch /x; touch /shared/x; touch /scratch/x && echo scratched';
    const options = [
      '--read-only',
      '--user',
      '1000:1001',
      '--env',
      'WORD=a b',
      '--workdir',
      '/tmp',
      '--tmpfs',
      '/scratch:mode=1777',
    ];
    const mounts = ['--volume', `${podman.path('shared')}:/shared:ro`];
    const { stdout, stderr } = await once(...options, ...mounts, image, 'sh', '-c', script);
    expect(stdout).toBe('from outside\n1000\n1001\n/tmp\na b\nscratched\n');
    expect(stderr.match(/Read-only file system/g)).toHaveLength(2);
    await once('--volume', 'named:/data', image, 'sh', '-c', 'echo kept > /data/file');
    expect((await once('--volume', 'named:/data', image, 'cat', '/data/file')).stdout).toBe('kept\n');
  });

  test('limits, which are there and can be changed', async () => {
    const read = ['cat', '/sys/fs/cgroup/memory/memory.limit_in_bytes', '/sys/fs/cgroup/pids/pids.max'];
    await start('box', '--memory', '64m', '--pids-limit', '20', image, 'sleep', '1000');
    expect(await podman.text('exec', 'box', ...read)).toBe('67108864\n20');
    await podman.text('update', '--memory', '80m', 'box');
    expect(await podman.text('exec', 'box', ...read)).toBe('83886080\n20');
    const { code } = await once('--memory', '20m', image, 'sh', '-c', 'dd if=/dev/zero of=/dev/null bs=100M count=1');
    expect(code).toBe(137);
  });

  test('capabilities, no new privileges, seccomp, resource limits and sysctls', async () => {
    const script =
      'grep -E "CapEff|NoNewPrivs|Seccomp:" /proc/self/status; ulimit -n; cat /proc/sys/net/ipv4/ip_forward; hostname';
    const limits = ['--ulimit', 'nofile=100:200', '--ulimit', 'nproc=1000:1000'];
    const security = ['--cap-drop', 'all', '--cap-add', 'chown', '--security-opt', 'no-new-privileges'];
    const namespaced = ['--sysctl', 'net.ipv4.ip_forward=1', '--hostname', 'named'];
    const { stdout } = await once(...limits, ...security, ...namespaced, image, 'sh', '-c', script);
    expect(stdout).toBe('CapEff:\t0000000000000001\nNoNewPrivs:\t1\nSeccomp:\t2\n100\n1\nnamed\n');
  });

  test('the machine’s network and process namespaces', async () => {
    const { stdout } = await podman.run('run', '--rm', '--network', 'host', image, 'ls', '/sys/class/net');
    const [name = ''] = Object.keys(networkInterfaces());
    expect(stdout.split('\n')).toContain(name);
    const own = await once(
      '--pid',
      'host',
      '--uts',
      'host',
      '--ipc',
      'host',
      image,
      'cat',
      '/proc/1/comm',
      '/etc/hostname',
    );
    expect(own.stdout.split('\n')[0]).toBe((await readFile('/proc/1/comm', 'utf8')).trim());
  });

  test('a pod, whose containers share their namespaces', async () => {
    const hold = ['--infra-image', image, '--infra-command', '/bin/hold'];
    await podman.text('pod', 'create', '--name', 'pod', '--network', 'none', ...hold);
    await podman.text('run', '--detach', '--pod', 'pod', '--name', 'first', image, 'sleep', '1000');
    await podman.text('run', '--detach', '--pod', 'pod', '--name', 'second', image, 'sleep', '1000');
    const read = ['sh', '-c', 'for name in net ipc uts pid mnt; do readlink /proc/self/ns/$name; done'];
    const [first = [], second = []] = await Promise.all(
      ['first', 'second'].map(async (name) => (await podman.text('exec', name, ...read)).split('\n')),
    );
    expect(first.slice(0, 3)).toEqual(second.slice(0, 3));
    expect(first[4]).not.toBe(second[4]);
    expect(await podman.text('pod', 'ps', '--format', '{{.Name}} {{.Status}} {{.NumberOfContainers}}')).toBe(
      'pod Running 3',
    );
  });

  test('health checks', async () => {
    const options = ['--health-cmd', 'test -e /healthy', '--health-interval', 'disable', '--health-retries', '1'];
    await start('box', ...options, image, 'sleep', '1000');
    expect((await podman.run('healthcheck', 'run', 'box')).code).toBe(1);
    await podman.text('exec', 'box', 'touch', '/healthy');
    expect((await podman.run('healthcheck', 'run', 'box')).code).toBe(0);
  });

  test('privileged, with the machine’s devices', async () => {
    const script = 'mount -t tmpfs none /tmp && echo mounted; test -c /dev/kmsg && echo device';
    expect((await once('--privileged', image, 'sh', '-c', script)).stdout).toBe('mounted\ndevice\n');
  });

  test('what is removed leaves no state and no control group', async () => {
    const id = await start('box', image, 'sleep', '1000');
    const cgroup = join('/sys/fs/cgroup/pids/libpod_parent', `libpod-${id}`);
    expect((await readFile(join(cgroup, 'cgroup.procs'), 'utf8')).trim()).not.toBe('');
    await podman.text('rm', '--force', '--time', '0', 'box');
    await expect(readFile(join(cgroup, 'cgroup.procs'))).rejects.toThrow('ENOENT');
    await expect(readFile(join('/run/estrato/runtime', id, 'state.json'))).rejects.toThrow('ENOENT');
  });
});
