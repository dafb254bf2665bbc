import { readFile } from 'node:fs/promises';

import { expect, test } from 'vitest';

import type { RuntimeResources, RuntimeSpec } from '#engine/oci/runtime-spec.ts';
import { busyboxPath, describeWith, launcherPath } from '#engine/testing/requires.ts';

import { makeBox, runBox, startBox } from './testing/busybox-container.ts';

const machine = { launcherPath, busyboxPath };

function limited(resources: RuntimeResources): (spec: RuntimeSpec) => RuntimeSpec {
  return (spec) => ({ ...spec, linux: { ...spec.linux, resources: { ...spec.linux.resources, ...resources } } });
}

describeWith(['root', 'launcher', 'busybox', 'memory cgroup'], 'a memory limit', () => {
  // tail holds the last line, and of /dev/zero there is but one.
  const args = ['tail', '/dev/zero'];
  const change = limited({ memory: { limit: 32 * 1024 * 1024 } });

  test('ends a container that goes over it, which says why', async () => {
    const { status } = await runBox({ ...machine, args, change });
    expect(status).toMatchObject({ exitCode: 137, signal: 9, oomKilled: true });
  });

  test('is not the reason of any other end', async () => {
    await using box = await startBox({ ...machine, args: ['sleep', '1000'], change });
    await box.container.signal(9);
    expect(await box.container.wait()).toMatchObject({ exitCode: 137, oomKilled: false });
  });

  test('of one run says nothing of the next, which begins with counters of its own', async () => {
    const script = 'if mkdir /once; then exec tail /dev/zero; else exec sleep 1000; fi';
    await using box = await makeBox({ ...machine, args: ['sh', '-c', script], change });
    await box.start();
    expect(await box.container.wait()).toMatchObject({ oomKilled: true });
    const { totalNs } = (await box.container.usage()).cpu;
    await box.start();
    expect((await box.container.usage()).cpu.totalNs).toBeLessThan(totalNs);
    await box.container.signal(9);
    expect(await box.container.wait()).toMatchObject({ exitCode: 137, oomKilled: false });
  });

  test('holds for a session too, and the container goes on', async () => {
    await using box = await startBox({ ...machine, args: ['sleep', '1000'], change });
    const { status } = await box.exec(args);
    expect(status).toMatchObject({ exitCode: 137, oomKilled: true });
    expect((await box.exec(['echo', 'here'])).stdout).toBe('here\n');
  });
});

describeWith(['root', 'launcher', 'busybox', 'pids cgroup'], 'a limit of processes', () => {
  test('stops a container from making more', async () => {
    const { stdout, stderr } = await runBox({
      ...machine,
      args: ['sh', '-c', 'for n in 1 2 3 4 5 6 7 8 9; do sleep 100 & echo $n; done'],
      change: limited({ pids: { limit: 5 } }),
    });
    expect(stdout.split('\n').length).toBeLessThan(7);
    expect(stderr).toContain("can't fork");
  });

  test('is said to whoever wants one more from outside', async () => {
    await using box = await startBox({ ...machine, args: ['sleep', '1000'], change: limited({ pids: { limit: 1 } }) });
    await expect(box.exec(['true'])).rejects.toThrow('start a process in the container');
    expect(await box.container.pids()).toEqual([box.container.pid]);
  });
});

describeWith(['root', 'launcher', 'busybox'], 'devices', () => {
  test('may be made, but only the usual ones be opened', async () => {
    const { stdout, stderr } = await runBox({
      ...machine,
      args: ['sh', '-c', 'mknod /mem c 1 1 && cat /mem | head -c 1; mknod /null c 1 3 && echo fine > /null && echo ok'],
    });
    expect(stdout).toBe('ok\n');
    expect(stderr).toContain("can't open '/mem': Operation not permitted");
  });
});

/** Files of a container's own cgroups of v1, as it sees them. */
const files = '/sys/fs/cgroup';

describeWith(['root', 'launcher', 'busybox', 'cgroups of version 1'], 'limits of version 1', () => {
  test('are there for the program to see', async () => {
    const { stdout } = await runBox({
      ...machine,
      args: [
        'sh',
        '-c',
        `cd ${files}; cat memory/memory.limit_in_bytes memory/memory.memsw.limit_in_bytes memory/memory.soft_limit_in_bytes \
           memory/memory.swappiness cpu/cpu.shares cpu/cpu.cfs_quota_us cpu/cpu.cfs_period_us cpuset/cpuset.cpus pids/pids.max; nproc`,
      ],
      change: limited({
        memory: { limit: 32 << 20, swap: 48 << 20, reservation: 16 << 20, swappiness: 10 },
        cpu: { shares: 512, quota: 5000, period: 10_000, cpus: '0' },
        pids: { limit: 20 },
      }),
    });
    expect(stdout.trim().split('\n').map(Number)).toEqual([
      32 << 20,
      48 << 20,
      16 << 20,
      10,
      512,
      5000,
      10_000,
      0,
      20,
      1,
    ]);
  });

  test('can be changed up and down, in whatever order they hold one another up', async () => {
    await using box = await startBox({
      ...machine,
      args: ['sleep', '1000'],
      change: limited({ memory: { limit: 32 << 20, swap: 48 << 20 } }),
    });
    const seen = async (): Promise<string> => {
      const { stdout } = await box.exec([
        'sh',
        '-c',
        `cd ${files}/memory; cat memory.limit_in_bytes memory.memsw.limit_in_bytes`,
      ]);
      return stdout;
    };
    for (const [limit, swap] of [
      [100 << 20, 100 << 20],
      [16 << 20, 20 << 20],
      [64 << 20, 64 << 20],
    ] as const) {
      await box.container.update({ memory: { limit, swap } });
      expect(await seen()).toBe(`${limit}\n${swap}\n`);
    }
    await box.container.update({ memory: { limit: -1, swap: -1 }, cpu: { quota: 2000, period: 4000 } });
    expect(await seen()).toMatch(/^9\d{18}\n9\d{18}\n$/);
  });

  test('are refused by name where this machine has nobody to keep them', async () => {
    const attempt = runBox({ ...machine, args: ['true'], change: limited({ rdma: { none: { hcaHandles: 1 } } }) });
    await expect(attempt).rejects.toThrow('no rdma controller');
    const unknown = runBox({ ...machine, args: ['true'], change: limited({ unified: { 'memory.nonsense': '1' } }) });
    await expect(unknown).rejects.toThrow('no memory.nonsense');
  });

  test('of blocks are told to the kernel by device', async () => {
    const { stdout } = await runBox({
      ...machine,
      args: ['cat', `${files}/blkio/blkio.throttle.read_bps_device`, `${files}/blkio/blkio.bfq.weight`],
      change: limited({
        blockIO: { weight: 300, throttleReadBpsDevice: [{ ...(await someDisk()), rate: 1_048_576 }] },
      }),
    });
    const { major, minor } = await someDisk();
    expect(stdout).toBe(`${major}:${minor} 1048576\n300\n`);
  });

  test('hold at whatever depth the cgroup is, which is not the machine’s own', async () => {
    await using box = await startBox({
      ...machine,
      args: ['sleep', '1000'],
      change: (spec) => ({
        ...spec,
        linux: { ...spec.linux, cgroupsPath: `${spec.linux.cgroupsPath}/deep/../deeper` },
      }),
    });
    const own = await readFile(`/proc/${box.container.pid}/cgroup`, 'utf8');
    expect(own).toContain(`:cpuset:/estrato/${box.id}/deeper\n`);
    for (const [path, words] of [
      ['/', "the machine's own"],
      ['..', "the machine's own"],
      ['a.slice:b:c', 'systemd'],
    ] as const) {
      const change = (spec: RuntimeSpec): RuntimeSpec => ({ ...spec, linux: { ...spec.linux, cgroupsPath: path } });
      await expect(runBox({ ...machine, args: ['true'], change })).rejects.toThrow(words);
    }
  });
});

async function someDisk(): Promise<{ readonly major: number; readonly minor: number }> {
  const lines = (await readFile('/proc/partitions', 'utf8')).trim().split('\n').slice(2);
  const [major = 0, minor = 0] = (lines.at(-1) ?? '').trim().split(/\s+/).map(Number);
  return { major, minor };
}
