import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { expect, test } from 'vitest';

import type { RuntimeDeviceRule, RuntimeResources, RuntimeSpec } from '#engine/oci/runtime-spec.ts';
import { busyboxPath, describeWith, launcherPath } from '#engine/testing/requires.ts';

import { Listener, makeBox, runBox, startBox } from './testing/busybox-container.ts';
import { cgroupsOf } from './testing/host-traces.ts';

const machine = { launcherPath, busyboxPath };
const needs = ['root', 'launcher', 'busybox', 'cgroups of version 2'] as const;
const run = promisify(execFile);

const MIB = 1 << 20;

type Change = (spec: RuntimeSpec) => RuntimeSpec;

function limited(resources: RuntimeResources): Change {
  return (spec) => ({ ...spec, linux: { ...spec.linux, resources: { ...spec.linux.resources, ...resources } } });
}

function ofHost(id: string, file: string): Promise<string> {
  return readFile(join('/sys/fs/cgroup/estrato', id, file), 'utf8');
}

describeWith(needs, 'limits of version 2', () => {
  test('are there for the program to see, in a cgroup that is its root', async () => {
    const { stdout } = await runBox({
      ...machine,
      args: [
        'sh',
        '-c',
        'cd /sys/fs/cgroup; cat memory.max memory.swap.max memory.low cpu.weight cpu.max pids.max /proc/self/cgroup',
      ],
      change: limited({
        memory: { limit: 32 * MIB, swap: 40 * MIB, reservation: 16 * MIB },
        cpu: { shares: 1024, quota: 5000, period: 10_000 },
        pids: { limit: 20 },
      }),
    });
    expect(stdout.split('\n')).toEqual([
      String(32 * MIB),
      String(8 * MIB),
      String(16 * MIB),
      '39',
      '5000 10000',
      '20',
      '0::/',
      '',
    ]);
  });

  test('of memory end who goes over them, which is recorded', async () => {
    const args = ['tail', '/dev/zero'];
    const { status } = await runBox({ ...machine, args, change: limited({ memory: { limit: 16 * MIB } }) });
    expect(status).toMatchObject({ exitCode: 137, signal: 9, oomKilled: true });
    await using box = await startBox({
      ...machine,
      args: ['sleep', '1000'],
      change: limited({ memory: { limit: 64 * MIB } }),
    });
    await box.container.signal(9);
    expect(await box.container.wait()).toMatchObject({ exitCode: 137, oomKilled: false });
  });

  test('of processes are felt', async () => {
    const { stdout, stderr } = await runBox({
      ...machine,
      args: ['sh', '-c', 'for n in 1 2 3 4 5 6 7 8 9; do sleep 100 & echo $n; done'],
      change: limited({ pids: { limit: 5 } }),
    });
    expect(stdout.split('\n').length).toBeLessThan(7);
    expect(stderr).toContain("can't fork");
  });

  test('of processor time are felt', async () => {
    await using box = await startBox({
      ...machine,
      args: ['sh', '-c', 'while :; do :; done'],
      change: limited({ cpu: { quota: 2000, period: 10_000 } }),
    });
    const throttled = async (): Promise<number> =>
      Number(/^nr_throttled (\d+)$/m.exec(await ofHost(box.id, 'cpu.stat'))?.[1] ?? 0);
    await expect.poll(throttled, { timeout: 30_000 }).toBeGreaterThan(0);
  });

  test('change while the container runs, and stay where they are not named', async () => {
    await using box = await startBox({
      ...machine,
      args: ['sleep', '1000'],
      change: limited({ memory: { limit: 64 * MIB }, cpu: { quota: 5000, period: 10_000 } }),
    });
    await box.container.update({ memory: { limit: 32 * MIB }, pids: { limit: 7 } });
    await box.container.update({ cpu: { quota: 2000 } });
    expect(await Promise.all(['memory.max', 'pids.max', 'cpu.max'].map((file) => ofHost(box.id, file)))).toEqual([
      `${32 * MIB}\n`,
      '7\n',
      '2000 10000\n',
    ]);
    await box.container.update({ cpu: { quota: -1 }, memory: { limit: -1 } });
    expect(await ofHost(box.id, 'cpu.max')).toBe('max 10000\n');
    expect(await ofHost(box.id, 'memory.max')).toBe('max\n');
  });

  test('below what is used are refused to who asks to be', async () => {
    await using box = await startBox({
      ...machine,
      args: ['sh', '-c', 'dd if=/dev/zero of=/dev/shm/x bs=1M count=20 2>/dev/null; echo full; sleep 1000'],
      request: { holdOutput: true },
    });
    await using client = await box.container.attach({ replay: true, stdin: false });
    await new Listener(client).until('full\n');
    const attempt = box.container.update({ memory: { limit: 8 * MIB, checkBeforeUpdate: true } });
    await expect(attempt).rejects.toThrow('more than the 8388608 it would be limited to');
    expect(await ofHost(box.id, 'memory.max')).toBe('max\n');
  });

  test('by their files’ names are set, or refused by name', async () => {
    const { stdout } = await runBox({
      ...machine,
      args: ['cat', '/sys/fs/cgroup/memory.high'],
      change: limited({ unified: { 'memory.high': String(24 * MIB) } }),
    });
    expect(stdout).toBe(`${24 * MIB}\n`);
    for (const [resources, words] of [
      [{ unified: { 'memory.nonsense': '1' } }, 'no memory.nonsense'],
      [{ unified: { 'cgroup.procs': '1' } }, "isn't a file of a controller"],
      [{ memory: { swappiness: 5 } }, 'version 1'],
      [{ cpu: { cpus: '0' } }, 'no cpuset.cpus'],
    ] as const) {
      await using box = await makeBox({ ...machine, args: ['true'], change: limited(resources) });
      await expect(box.start()).rejects.toThrow(words);
      expect(await cgroupsOf(box.id)).toEqual([]);
    }
  });

  test('hold at whatever depth the cgroup is', async () => {
    await using box = await startBox({
      ...machine,
      args: ['sleep', '1000'],
      change: (spec) => {
        const { linux } = limited({ pids: { limit: 9 } })(spec);
        return { ...spec, linux: { ...linux, cgroupsPath: `${linux.cgroupsPath}/a/b` } };
      },
    });
    expect(await ofHost(box.id, 'a/b/pids.max')).toBe('9\n');
    expect(await readFile(`/proc/${box.container.pid}/cgroup`, 'utf8')).toBe(`0::/estrato/${box.id}/a/b\n`);
  });
});

describeWith(needs, 'a container in version 2', () => {
  test('stands still, goes on, and ends while it stands still', async () => {
    await using box = await startBox({
      ...machine,
      args: ['sh', '-c', 'while read word; do echo "$word"; done'],
      request: { openStdin: true },
    });
    await using client = await box.container.attach({ replay: true, stdin: true });
    const listener = new Listener(client);
    await box.container.pause();
    expect(await box.container.isPaused()).toBe(true);
    expect(await ofHost(box.id, 'cgroup.events')).toContain('frozen 1');
    await client.write(Buffer.from('hello\n'));
    await box.container.resume();
    expect(await listener.until('hello\n')).toBe('hello\n');
    expect(await box.container.isPaused()).toBe(false);
    await box.container.pause();
    await box.runtime.destroy(box.id, box.bundle);
    expect(await cgroupsOf(box.id)).toEqual([]);
  });

  test('is counted: memory, processor time, processes', async () => {
    await using box = await startBox({
      ...machine,
      args: ['sh', '-c', 'dd if=/dev/zero of=/dev/shm/x bs=1M count=20 2>/dev/null; echo full; while :; do :; done'],
      change: limited({ memory: { limit: 64 * MIB } }),
      request: { holdOutput: true },
    });
    await using client = await box.container.attach({ replay: true, stdin: false });
    await new Listener(client).until('full\n');
    const before = await box.container.usage();
    expect(before.memory.bytes).toBeGreaterThan(20 * MIB);
    expect(before.memory.limitBytes).toBe(64 * MIB);
    expect(before.processes).toBe(1);
    await expect.poll(async () => (await box.container.usage()).cpu.totalNs).toBeGreaterThan(before.cpu.totalNs);
  });

  test('keeps to rates of its disks, and what it moves is counted', async () => {
    const { major, minor } = await someDisk();
    const read = `mknod /disk b ${major} ${minor}; dd if=/disk of=/dev/null bs=64k count=8 2>/dev/null; echo read; sleep 1000`;
    await using box = await startBox({
      ...machine,
      args: ['sh', '-c', read],
      change: limited({
        devices: [{ allow: true, type: 'a', access: 'rwm' }],
        blockIO: {
          throttleReadBpsDevice: [{ major, minor, rate: 64 * MIB }],
          throttleWriteIOPSDevice: [{ major, minor, rate: 100 }],
        },
      }),
      request: { holdOutput: true },
    });
    expect(await ofHost(box.id, 'io.max')).toBe(`${major}:${minor} rbps=${64 * MIB} wbps=max riops=max wiops=100\n`);
    await using client = await box.container.attach({ replay: true, stdin: false });
    await new Listener(client).until('read\n');
    const { blocks } = await box.container.usage();
    const own = blocks.find((block) => block.major === major && block.minor === minor);
    expect(own?.readBytes).toBeGreaterThanOrEqual(512 * 1024);
  });

  test('that makes cgroups of its own is found in them, and all of it goes', async () => {
    await using box = await startBox({
      ...machine,
      args: [
        'sh',
        '-c',
        'mkdir -p /sys/fs/cgroup/own/deep && echo 0 > /sys/fs/cgroup/own/deep/cgroup.procs && echo moved; sleep 1000',
      ],
      change: (spec) => ({
        ...spec,
        mounts: spec.mounts.map((mount) =>
          mount.type === 'cgroup' ? { ...mount, options: mount.options.filter((word) => word !== 'ro') } : mount,
        ),
      }),
      request: { holdOutput: true },
    });
    await using client = await box.container.attach({ replay: true, stdin: false });
    await new Listener(client).until('moved\n');
    expect(await box.container.pids()).toContain(box.container.pid);
    await box.runtime.destroy(box.id, box.bundle);
    expect(await cgroupsOf(box.id)).toEqual([]);
  });

  test('leaves no cgroup when it can’t be started', async () => {
    await using box = await makeBox({ ...machine, args: ['nothing-such'], change: limited({ pids: { limit: 5 } }) });
    await expect(box.start()).rejects.toThrow('not found');
    expect(await cgroupsOf(box.id)).toEqual([]);
  });

  test('without a cgroup namespace sees its own part of the tree', async () => {
    const { stdout } = await runBox({
      ...machine,
      args: ['sh', '-c', 'ls -d /sys/fs/cgroup/pids.max; cut -d/ -f2 /proc/self/cgroup; touch /sys/fs/cgroup/x 2>&1'],
      change: (spec) => ({
        ...spec,
        linux: { ...spec.linux, namespaces: spec.linux.namespaces.filter(({ type }) => type !== 'cgroup') },
      }),
    });
    expect(stdout).toContain('/sys/fs/cgroup/pids.max\nestrato\n');
    expect(stdout).toContain('Read-only file system');
  });
});

describeWith(needs, 'devices in version 2', () => {
  const script = `
    for node in "c 1 1" "c 1 3" "c 1 8" "b 7 0"; do
      name=/n$(echo $node | tr -d " "); mknod $name $node && echo made $node
      [ -e $name ] && (exec 3< $name) 2>/dev/null && echo "may read $node"
      [ -e $name ] && (exec 3>> $name) 2>/dev/null && echo "may write $node"
    done`;

  test('may be made, but only the usual ones be opened, by sessions too', async () => {
    await using box = await startBox({ ...machine, args: ['sleep', '1000'] });
    const { capabilities } = box.spec.process;
    const { stdout } = await box.exec(['sh', '-c', script], { capabilities });
    expect(stdout.split('\n').filter((line) => line !== '')).toEqual([
      'made c 1 1',
      'made c 1 3',
      'may read c 1 3',
      'may write c 1 3',
      'made c 1 8',
      'may read c 1 8',
      'may write c 1 8',
      'made b 7 0',
    ]);
  });

  test('are those that the configuration says, as the older controller would', async () => {
    const devices: readonly RuntimeDeviceRule[] = [
      { allow: false },
      { allow: true, type: 'c', major: 1, access: 'm' },
      { allow: true, type: 'c', major: 1, minor: 3, access: 'rwm' },
      { allow: true, type: 'c', major: 1, minor: 8, access: 'rw' },
      { allow: false, type: 'c', major: 1, minor: 8, access: 'w' },
    ];
    const { stdout } = await runBox({ ...machine, args: ['sh', '-c', script], change: limited({ devices }) });
    expect(stdout).toBe('made c 1 1\nmade c 1 3\nmay read c 1 3\nmay write c 1 3\nmade c 1 8\nmay read c 1 8\n');
  });

  test('are all there for who has no rules, and for who may use every one', async () => {
    const all = { devices: [{ allow: true, type: 'a' as const, access: 'rwm' }] };
    const { stdout } = await runBox({ ...machine, args: ['sh', '-c', script], change: limited(all) });
    expect(stdout).toContain('may read c 1 8\n');
    expect(stdout).toContain('made b 7 0\n');
  });

  test('are filtered in a user namespace too', async () => {
    const mappings = [{ containerID: 0, hostID: 100_000, size: 65_536 }];
    const { stdout, stderr } = await runBox({
      ...machine,
      args: ['sh', '-c', 'echo x > /dev/null && echo null; cat /mem'],
      prepare: async (rootfs) => {
        await run('mknod', ['-m', '666', join(rootfs, 'mem'), 'c', '1', '1']);
        await run('chown', ['-R', '-h', '100000:100000', rootfs]);
      },
      change: (spec) => ({
        ...spec,
        linux: {
          ...spec.linux,
          uidMappings: mappings,
          gidMappings: mappings,
          namespaces: [...spec.linux.namespaces, { type: 'user' }],
        },
      }),
    });
    expect(stdout).toBe('null\n');
    expect(stderr).toMatch(/can't open '\/mem': (?:Operation not permitted|Permission denied)/);
  });
});

describeWith([...needs, 'AppArmor'], 'a profile of AppArmor', () => {
  test('confines the program and its sessions', async () => {
    await using box = await makeBox({
      ...machine,
      args: ['sh', '-c', 'cat /proc/self/attr/current; cat /secret 2>/dev/null; echo $?'],
      prepare: async (rootfs) => writeFile(join(rootfs, 'secret'), 'secret'),
      change: (spec) => ({ ...spec, process: { ...spec.process, apparmorProfile: 'estrato-test' } }),
      request: { holdOutput: true },
    });
    const profile = join(box.dir, 'profile');
    await writeFile(
      profile,
      'profile estrato-test flags=(attach_disconnected,mediate_deleted) {\n  file,\n  capability,\n  signal,\n  deny /secret rwklx,\n}\n',
    );
    await run('apparmor_parser', ['--replace', '--skip-cache', profile]);
    const { pid } = await box.start();
    expect(pid).toBeGreaterThan(0);
    await using client = await box.container.attach({ replay: true, stdin: false });
    const heard = await new Listener(client).until('1\n');
    expect(heard).toBe('estrato-test (enforce)\n1\n');
  });

  test('that isn’t loaded is refused', async () => {
    const attempt = runBox({
      ...machine,
      args: ['true'],
      change: (spec) => ({ ...spec, process: { ...spec.process, apparmorProfile: 'nobody-loaded-it' } }),
    });
    await expect(attempt).rejects.toThrow('attr/apparmor/exec');
  });
});

async function someDisk(): Promise<{ readonly major: number; readonly minor: number }> {
  const lines = (await readFile('/proc/partitions', 'utf8')).trim().split('\n').slice(2);
  const [major = 0, minor = 0] = (lines.at(-1) ?? '').trim().split(/\s+/).map(Number);
  return { major, minor };
}
