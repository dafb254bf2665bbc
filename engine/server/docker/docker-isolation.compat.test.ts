import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';

import { expect, test } from 'vitest';

import { describeWith } from '#engine/testing/requires.ts';
import { storyScene } from '#engine/testing/story-scene.ts';

/** In a container: which capabilities it can ever have, as the kernel writes them. */
const BOUNDING = "sed -n 's/^CapBnd:\\s*//p' /proc/self/status";

describeWith(['root', 'launcher', 'busybox', 'docker client'], 'docker run, apart from the machine', () => {
  const { engine, docker, image } = storyScene();

  const run = (options: readonly string[], script: string): Promise<string> =>
    docker.text('run', '--rm', ...options, image, 'sh', '-c', script);
  const host = (format: string): Promise<string> => docker.text('inspect', '-f', `{{${format}}}`, 'box');

  test("--privileged has all that the engine's own root has, and nothing is hidden or protected", async () => {
    const own = /^CapBnd:\s*(\w+)$/m.exec(await readFile('/proc/self/status', 'utf8'))?.[1];
    const script = `${BOUNDING}; sed -n 's/^Seccomp:\\s*//p; s/^NoNewPrivs:\\s*//p' /proc/self/status
      grep -c ' /sys sysfs rw' /proc/mounts; mount -t tmpfs none /mnt 2>/dev/null || mkdir /mnt && mount -t tmpfs none /mnt && echo mounted
      grep ' /proc/sys ' /proc/mounts; ls /dev | grep -c .; head -c 1 /dev/kmsg >/dev/null 2>&1; echo $?`;
    const [bounding, privileges, filter, sys, mounted, devices] = (await run(['--privileged'], script)).split('\n');
    expect([bounding, privileges, filter, sys, mounted]).toEqual([own, '0', '0', '1', 'mounted']);
    expect(Number(devices)).toBeGreaterThan(20);
    await docker.text('run', '-d', '--name', 'box', '--privileged', image, 'sleep', '1000');
    expect(await host('.HostConfig.Privileged')).toBe('true');
    expect(await docker.text('exec', 'box', 'sh', '-c', BOUNDING)).toBe(own);
  });

  test('exec --privileged of one that is not', async () => {
    await docker.text('run', '-d', '--name', 'box', image, 'sleep', '1000');
    const own = /^CapBnd:\s*(\w+)$/m.exec(await readFile('/proc/self/status', 'utf8'))?.[1];
    expect(await docker.text('exec', '--privileged', 'box', 'sh', '-c', BOUNDING)).toBe(own);
    expect(await docker.text('exec', 'box', 'sh', '-c', BOUNDING)).toBe('00000000a80425fb');
  });

  test('--cap-add and --cap-drop, and what nobody has is not missed', async () => {
    expect(await run(['--cap-drop', 'ALL', '--cap-add', 'chown'], BOUNDING)).toBe('0000000000000001');
    expect(Number.parseInt(await run(['--cap-add', 'ALL'], BOUNDING), 16)).toBeGreaterThan(0xa80425fb);
  });

  test('--device gives one device with the rights that were asked for, and no other', async () => {
    const readable = ['--device', '/dev/fuse:/dev/files:r'];
    const open = '(exec 3< /dev/files) && echo opened; exec 3> /dev/files';
    const said = await docker.run(['run', '--name', 'box', ...readable, image, 'sh', '-c', open]);
    expect(said.stdout).toBe('opened\n');
    expect(said.stderr).toContain("can't create /dev/files: Operation not permitted");
    expect(await host('json .HostConfig.Devices')).toBe(
      '[{"PathOnHost":"/dev/fuse","PathInContainer":"/dev/files","CgroupPermissions":"r"}]',
    );
    // Whoever makes the node by hand gets no further.
    const make = 'mknod /tmp/fuse c 10 229; (exec 3< /tmp/fuse) && echo opened; true';
    expect(await run([], make)).toBe('');
    expect(await run(['--device-cgroup-rule', 'c 10:229 rwm'], make)).toBe('opened');
    // Of a directory every device that is in it.
    expect(await run(['--device', '/dev/net'], '(exec 3< /dev/net/tun) && echo opened')).toBe('opened');
    const { code, stderr } = await docker.run(['run', '--rm', '--device', '/dev/nosuch', image, 'true']);
    expect(code).not.toBe(0);
    expect(stderr).toContain('error gathering device information while adding custom device "/dev/nosuch"');
  });

  test('--security-opt', async () => {
    const filter = "sed -n 's/^Seccomp:\\s*//p; s/^NoNewPrivs:\\s*//p' /proc/self/status";
    expect(await run([], filter)).toBe('1\n2');
    expect(await run(['--security-opt', 'seccomp=unconfined'], filter)).toBe('1\n0');
    expect(await run(['--security-opt', 'no-new-privileges=false'], filter)).toBe('0\n2');
    const profile = JSON.stringify({
      defaultAction: 'SCMP_ACT_ALLOW',
      syscalls: [{ names: ['mkdir', 'mkdirat'], action: 'SCMP_ACT_ERRNO', errnoRet: 95 }],
    });
    const body = {
      Image: image,
      Cmd: ['sh', '-c', 'mkdir /no; rmdir /no-such'],
      HostConfig: { SecurityOpt: [`seccomp=${profile}`] },
    };
    await engine.ask('/containers/create?name=box', { method: 'POST', body });
    const { stderr } = await docker.run(['start', '-a', 'box']);
    expect(stderr).toContain("can't create directory '/no': Operation not supported");
    const paths = "grep -c ' /proc/' /proc/mounts; true";
    expect(Number(await run([], paths))).toBeGreaterThan(4);
    expect(await run(['--security-opt', 'systempaths=unconfined'], paths)).toBe('0');
    expect(await docker.run(['run', '--rm', '--security-opt', 'sandbox=1', image, 'true'])).toMatchObject({
      code: 125,
    });
  });

  test('--sysctl of its own namespaces only', async () => {
    const script =
      'cat /proc/sys/net/core/somaxconn /proc/sys/kernel/shmmni /proc/sys/net/ipv4/ip_unprivileged_port_start';
    expect(await run(['--sysctl', 'net.core.somaxconn=77', '--sysctl', 'kernel.shmmni=88'], script)).toBe('77\n88\n0');
    const before = await readFile('/proc/sys/vm/swappiness', 'utf8');
    // Docker's own client asks for no such thing.
    const body = { Image: image, HostConfig: { Sysctls: { 'vm.swappiness': '3' } } };
    const answer = await engine.ask('/containers/create', { method: 'POST', body });
    expect([answer.status, answer.body]).toEqual([400, expect.stringContaining("'vm.swappiness' is not allowed")]);
    expect(await readFile('/proc/sys/vm/swappiness', 'utf8')).toBe(before);
  });

  test('--userns of its own is refused, with why', async () => {
    const body = { Image: image, HostConfig: { UsernsMode: 'auto' } };
    const answer = await engine.ask('/containers/create', { method: 'POST', body });
    expect([answer.status, answer.body]).toEqual([
      400,
      expect.stringContaining('invalid user namespace mode: auto. Containers share the files of their images'),
    ]);
    expect(await run(['--userns', 'host'], 'echo ran')).toBe('ran');
  });

  test('--ulimit, never above what the engine itself may', async () => {
    expect(await run(['--ulimit', 'nofile=100:200', '--ulimit', 'core=0'], 'ulimit -Sn; ulimit -Hn; ulimit -c')).toBe(
      '100\n200\n0',
    );
    await docker.text('run', '-d', '--name', 'box', '--ulimit', 'nofile=100:200', image, 'sleep', '1000');
    expect(await docker.text('exec', 'box', 'sh', '-c', 'ulimit -Hn')).toBe('200');
    expect(await host('json .HostConfig.Ulimits')).toBe('[{"Name":"nofile","Hard":200,"Soft":100}]');
    const { CapEff = '0' } =
      /^CapEff:\s*(?<CapEff>\w+)$/m.exec(await readFile('/proc/self/status', 'utf8'))?.groups ?? {};
    const mayRaise = ((BigInt(`0x${CapEff}`) >> 24n) & 1n) === 1n;
    const { code, stderr } = await docker.run(['create', '--ulimit', 'nofile=9000000', image]);
    if (mayRaise) expect(code).toBe(0);
    else expect([code, stderr]).toEqual([1, expect.stringContaining("above the engine's own hard limit")]);
  });

  test('--init reaps what nobody waits for, passes signals on and ends as its program does', async () => {
    const zombies = async (...options: string[]): Promise<string> => {
      const id = await docker.text('run', '-d', ...options, image, 'sleep', '1000');
      await docker.text('exec', id, 'sh', '-c', 'sleep 0.01 & exit 0');
      // By then what was left behind has ended.
      await docker.text('exec', id, 'sleep', '0.5');
      return docker.text('exec', id, 'ps', '-o', 'pid,stat,args');
    };
    expect(await zombies()).toMatch(/ Z /);
    const kept = await zombies('--init');
    expect(kept).not.toMatch(/ Z /);
    expect(kept).toMatch(/^ +1 S +\/dev\/init init -- sleep 1000$/m);
    expect((await docker.run(['run', '--rm', '--init', image, 'sh', '-c', 'exit 7'])).code).toBe(7);
    expect((await docker.run(['run', '--rm', '--init', image, 'nosuch'])).code).toBe(127);
    await docker.text('run', '-d', '--name', 'box', '--init', image, 'sleep', '1000');
    await docker.text('stop', 'box');
    expect(await host('.State.ExitCode')).toBe('143');
    expect(await docker.text('diff', 'box')).toBe('');
    expect(await docker.text('run', '--rm', '-t', '--init', image, 'sh', '-c', 'tty; echo ok')).toMatch(
      /\/dev\/.*\r\nok/,
    );
  });

  test('--pid, --uts, --ipc and --cgroupns host', async () => {
    const names = 'for of in pid uts ipc cgroup; do readlink /proc/self/ns/$of; done';
    const machine = await Promise.all(['pid', 'uts', 'ipc', 'cgroup'].map((of) => readlink(`/proc/self/ns/${of}`)));
    const options = ['--pid', 'host', '--uts', 'host', '--ipc', 'host', '--cgroupns', 'host'];
    expect(await run(options, `${names}; hostname`)).toBe([...machine, hostname()].join('\n'));
    const own = (await run([], names)).split('\n');
    expect(own.filter((name) => machine.includes(name))).toEqual([]);
    await docker.text('run', '-d', '--name', 'box', '--pid', 'host', image, 'sh', '-c', 'sleep 4321 & sleep 4321');
    await docker.text('kill', 'box');
    await expect.poll(async () => (await docker.run(['top', 'box'])).code, { timeout: 30_000 }).toBe(1);
    expect(await host('.HostConfig.PidMode')).toBe('host');
  });

  test('--oom-score-adj, --read-only, --annotation and --log-driver', async () => {
    // The client's since its version 24.
    const hasAnnotations = (await docker.text('run', '--help')).includes('--annotation');
    const annotation = hasAnnotations ? ['--annotation', 'a=b'] : [];
    const options = ['--oom-score-adj', '500', ...annotation, '--log-driver', 'local', '--log-opt', 'max-size=1m'];
    await docker.text('run', '--name', 'box', ...options, image, 'cat', '/proc/self/oom_score_adj');
    expect(await docker.text('logs', 'box')).toBe('500');
    if (hasAnnotations) expect(await host('json .HostConfig.Annotations')).toBe('{"a":"b"}');
    expect(await host('json .HostConfig.LogConfig')).toBe('{"Type":"local","Config":{"max-size":"1m"}}');
    await docker.text('run', '--name', 'quiet', '--log-driver', 'none', image, 'echo', 'hi');
    const { code, stderr } = await docker.run(['logs', 'quiet']);
    expect([code, stderr]).toEqual([1, expect.stringContaining('does not support reading')]);
    expect((await docker.run(['create', '--log-driver', 'pigeon', image])).stderr).toContain(
      "no log driver named 'pigeon'",
    );
  });

  test("in another container's namespaces, while that runs", async () => {
    await docker.text('run', '-d', '--name', 'donor', '--ipc', 'shareable', image, 'sleep', '4323');
    const joined = ['--pid', 'container:donor', '--ipc', 'container:donor'];
    const names = 'readlink /proc/self/ns/pid; readlink /proc/self/ns/ipc';
    const theirs = await docker.text('exec', 'donor', 'sh', '-c', names);
    expect(await run(joined, `${names}; ps -o args | grep -c '^sleep 4323$'`)).toBe(`${theirs}\n1`);
    // POSIX memory is files in /dev/shm: whoever shares the one shares the other.
    await docker.text('exec', 'donor', 'sh', '-c', 'echo shared > /dev/shm/segment');
    expect(await run(joined, 'cat /dev/shm/segment; echo back > /dev/shm/answer')).toBe('shared');
    expect(await docker.text('exec', 'donor', 'cat', '/dev/shm/answer')).toBe('back');
    await docker.text('run', '-d', '--name', 'box', ...joined, image, 'sleep', '1000');
    const donor = await docker.text('inspect', '-f', '{{.Id}}', 'donor');
    expect(await host('.HostConfig.PidMode')).toBe(`container:${donor}`);
    expect(await docker.text('exec', 'box', 'sh', '-c', names)).toBe(theirs);
    await docker.text('kill', 'donor');
    expect(await docker.text('wait', 'box')).toBe('137');
    const started = await docker.run(['start', 'box']);
    expect(started.stderr).toContain('of a non running container');
    await docker.text('rm', 'donor');
    const orphan = await docker.run(['start', 'box']);
    expect(orphan.stderr).toContain('it has been removed; create this one anew');
    expect(orphan.stderr).not.toContain('executable file');
    const unshared = await docker.run(['create', '--ipc', 'container:box', image]);
    expect([unshared.code, unshared.stderr]).toEqual([1, expect.stringContaining('non-shareable IPC')]);
    const unknown = await docker.run(['create', '--pid', 'container:nobody', image]);
    expect([unknown.code, unknown.stderr]).toEqual([1, expect.stringContaining('No such container: nobody')]);
  });

  test.each(['--pid', '--network'])(
    'after an engine killed with both, the one that is joined by %s comes first',
    async (joined) => {
      const always = ['-d', '--restart', 'always'];
      await docker.text('run', ...always, '--name', 'donor', image, 'sleep', '1000');
      await docker.text('run', ...always, '--name', 'box', joined, 'container:donor', image, 'sleep', '1000');
      const pids = await docker.text('inspect', '-f', '{{.State.Pid}}', 'box', 'donor');
      await engine.kill('SIGKILL');
      for (const pid of pids.split('\n')) process.kill(Number(pid), 'SIGKILL');
      await engine.start();
      const states = (): Promise<string> => docker.text('inspect', '-f', '{{.State.Status}}', 'donor', 'box');
      await expect.poll(states, { timeout: 30_000 }).toBe('running\nrunning');
    },
  );
});
