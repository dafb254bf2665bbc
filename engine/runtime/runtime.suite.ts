import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import type { EstratoRuntime } from './estrato-runtime.ts';
import type { Runtime } from './runtime.ts';
import {
  collect,
  commandOf,
  failureOf,
  Listener,
  makeBox,
  readToEnd,
  runBox,
  startBox,
  type BoxOptions,
} from './testing/busybox-container.ts';
import { cgroupsOf, hostMountsOf, namespacesOf, processesWith } from './testing/host-traces.ts';

export interface RuntimeUnderTest {
  readonly launcherPath: string;
  readonly busyboxPath: string;
  readonly choose: (own: EstratoRuntime) => Runtime;
}

/** Root over a layer, where changes are written beside. */
const overlay: NonNullable<BoxOptions['root']> = async (rootfs, dir) => {
  for (const name of ['layer', 'upper', 'work']) await mkdir(join(dir, name), { recursive: true });
  return { type: 'overlay', lower: [join(dir, 'layer'), rootfs], upper: join(dir, 'upper'), work: join(dir, 'work') };
};

/** What every runtime promises: a container made by one is to be told from another's by nobody. */
export function runtimeSuite(machine: RuntimeUnderTest): void {
  const sh = (script: string, more: Partial<BoxOptions> = {}): BoxOptions => ({
    ...machine,
    args: ['sh', '-c', script],
    ...more,
  });
  const sleep: BoxOptions = { ...machine, args: ['sleep', '1000'] };

  test('streams, the exit code and the signal that ended it', async () => {
    const { stdout, stderr, status } = await runBox(sh('echo out; echo err >&2; exit 7'));
    expect({ stdout, stderr, ...status }).toMatchObject({ stdout: 'out\n', stderr: 'err\n', exitCode: 7 });
    await using box = await startBox(sleep);
    await box.container.signal(9);
    expect(await box.container.wait()).toMatchObject({ exitCode: 137, signal: 9, oomKilled: false });
  });

  test('input reaches it, up to its end', async () => {
    await using box = await startBox(sh('cat; echo done', { request: { openStdin: true, stdinOnce: true } }));
    await using attachment = await box.container.attach({ replay: true, stdin: true });
    await attachment.write(Buffer.from('typed\n'));
    await attachment.endInput();
    expect(await collect(attachment)).toEqual({ stdout: 'typed\ndone\n', stderr: '' });
  });

  test('a terminal has its size, and changes it', async () => {
    await using box = await startBox(
      sh('stty size; read line; stty size', { spec: { terminal: true }, request: { openStdin: true } }),
    );
    await using attachment = await box.container.attach({ replay: true, stdin: true });
    const listener = new Listener(attachment);
    await listener.until('\r\n');
    await box.container.resize({ columns: 132, rows: 43 });
    await attachment.write(Buffer.from('\n'));
    await listener.until('43 132\r\n');
    expect(await box.container.wait()).toMatchObject({ exitCode: 0 });
  });

  test('its user, groups, directory, host name and environment', async () => {
    const script = 'id -u; id -G; pwd; hostname; echo $WORD';
    const user = { uid: 1000, gid: 1001, additionalGids: [20] };
    const { stdout } = await runBox(sh(script, { spec: { user, cwd: '/tmp', env: ['PATH=/bin', 'WORD=a b'] } }));
    expect(stdout).toBe('1000\n1001 20\n/tmp\nbox\na b\n');
  });

  test('a program that is not there, and one that may not be executed', async () => {
    await using missing = await makeBox({ ...machine, args: ['nothing'] });
    expect(await failureOf(missing.start())).toMatchObject({ code: 'not-found' });
    expect(await cgroupsOf(missing.id)).toEqual([]);
    await using forbidden = await makeBox({ ...machine, args: ['/etc/passwd'] });
    expect(await failureOf(forbidden.start())).toMatchObject({ code: 'forbidden' });
    await expect.poll(() => processesWith(`shim ${forbidden.bundle}`)).toEqual([]);
  });

  test('sessions beside it, with streams, a terminal and an exit code of their own', async () => {
    await using box = await startBox(sleep);
    expect(await box.exec(['sh', '-c', 'echo $$ >&2; hostname; exit 5'], { cwd: '/tmp' })).toMatchObject({
      stdout: 'box\n',
      status: { exitCode: 5 },
    });
    const session = await box.startExec(['tty'], { terminal: true });
    expect((await readToEnd(session)).stdout).toMatch(/^\/dev\/(?:pts\/\d+|console)\r\n$/);
    expect(await failureOf(box.startExec(['nothing']))).toMatchObject({ code: 'not-found' });
    expect((await readdir(box.bundle)).filter((name) => name.startsWith('exec-'))).toEqual([]);
  });

  test('sessions are in all its namespaces, of which none is the machine’s', async () => {
    await using box = await startBox(sleep);
    const names = ['mnt', 'pid', 'net', 'ipc', 'uts', 'cgroup'];
    const { stdout } = await box.exec(['sh', '-c', names.map((name) => `readlink /proc/self/ns/${name}`).join(';')]);
    const own = await namespacesOf(box.container.pid);
    const machines = await namespacesOf('self');
    expect(stdout.trim().split('\n')).toEqual(names.map((name) => own[name]));
    expect(names.filter((name) => own[name] === machines[name])).toEqual([]);
  });

  test('its network’s sysctls', async () => {
    const change: BoxOptions['change'] = (spec) => ({
      ...spec,
      linux: { ...spec.linux, sysctl: { 'net.ipv4.ip_forward': '1' } },
    });
    expect((await runBox(sh('cat /proc/sys/net/ipv4/ip_forward', { change }))).stdout).toBe('1\n');
  });

  test('it stands still and goes on', async () => {
    await using box = await startBox(sleep);
    await box.container.pause();
    expect(await box.container.isPaused()).toBe(true);
    await box.container.resume();
    expect(await box.container.isPaused()).toBe(false);
    expect(await box.container.pids()).toContain(box.container.pid);
  });

  test('limits hold, and change while it runs', async () => {
    const limits = 'cat /sys/fs/cgroup/pids/pids.max';
    await using box = await startBox({
      ...sleep,
      change: (spec) => ({
        ...spec,
        linux: { ...spec.linux, resources: { ...spec.linux.resources, pids: { limit: 40 } } },
      }),
    });
    expect((await box.exec(['sh', '-c', limits])).stdout).toBe('40\n');
    await box.container.update({ pids: { limit: 50 } });
    expect((await box.exec(['sh', '-c', limits])).stdout).toBe('50\n');
  });

  test('its root is of layers, and the machine has no mount of it', async () => {
    await using box = await startBox(sh('echo new > /etc/passwd; echo ready; sleep 1000', { root: overlay }));
    await using attachment = await box.container.attach({ replay: true, stdin: false });
    await new Listener(attachment).until('ready\n');
    expect(await hostMountsOf(box.dir)).toEqual([]);
    expect(await readdir(join(box.dir, 'upper/etc'))).toEqual(['passwd']);
  });

  test('another engine finds it again, with its sessions and its end', async () => {
    await using box = await startBox(sh('read line; exit 3', { request: { openStdin: true } }));
    const found = await box.runtime.reconnect(box.id, box.bundle);
    expect(found?.pid).toBe(box.container.pid);
    const session = await found?.exec({
      execId: 'e'.repeat(64),
      process: commandOf(['sh', '-c', 'exit 4']),
      openStdin: false,
    });
    expect(await session?.wait()).toMatchObject({ exitCode: 4 });
    await using attachment = await found?.attach({ replay: false, stdin: true });
    await attachment?.write(Buffer.from('\n'));
    expect(await found?.wait()).toMatchObject({ exitCode: 3 });
    expect(await box.runtime.exitStatus(box.bundle)).toMatchObject({ exitCode: 3 });
  });

  test('it can be started again, and leaves nothing when it is destroyed', async () => {
    await using box = await makeBox(sh('exit 6'));
    for (let time = 0; time < 2; time += 1) {
      await box.start();
      expect(await box.container.wait()).toMatchObject({ exitCode: 6 });
    }
    await box.runtime.destroy(box.id, box.bundle);
    await box.runtime.destroy(box.id, box.bundle);
    expect(await cgroupsOf(box.id)).toEqual([]);
    expect(await hostMountsOf(box.dir)).toEqual([]);
    expect(await processesWith(box.id)).toEqual([]);
    expect(await box.runtime.reconnect(box.id, box.bundle)).toBeUndefined();
  });
}
