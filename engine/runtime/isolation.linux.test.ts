import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { expect, test } from 'vitest';

import { busyboxPath, describeWith, launcherPath } from '#engine/testing/requires.ts';

import { capabilityBits, defaultCapabilities } from './capabilities.ts';
import { Listener, runBox, startBox, type BoxOptions } from './testing/busybox-container.ts';
import { hostMountsOf, namespacesOf } from './testing/host-traces.ts';

const machine = { launcherPath, busyboxPath };

async function linesOf(script: string, more: Partial<BoxOptions> = {}): Promise<readonly string[]> {
  const { stdout } = await runBox({ ...machine, args: ['sh', '-c', script], ...more });
  return stdout.split('\n').filter((line) => line !== '');
}

/** /proc/self/status as a record. */
async function statusOf(more: Partial<BoxOptions> = {}): Promise<Readonly<Record<string, string>>> {
  const lines = await linesOf('cat /proc/self/status', more);
  return Object.fromEntries(lines.map((line) => line.split(/:\s+/)).map(([name = '', value = '']) => [name, value]));
}

describeWith(['root', 'launcher', 'busybox'], 'what a container can see', () => {
  test('is in namespaces of its own', async () => {
    await using box = await startBox({ ...machine, args: ['sleep', '1000'] });
    const [own, host] = await Promise.all([namespacesOf(box.container.pid), namespacesOf('self')]);
    const shared = Object.keys(own).filter((name) => own[name] === host[name]);
    expect(shared).toEqual(['user']);
  });

  test('is the host’s network where that was asked for, and no more', async () => {
    await using box = await startBox({ ...machine, args: ['sleep', '1000'], spec: { network: 'host' } });
    const [own, host] = await Promise.all([namespacesOf(box.container.pid), namespacesOf('self')]);
    expect(Object.keys(own).filter((name) => own[name] === host[name])).toEqual(['net', 'user']);
  });

  test('has no process but its own, the first being its program', async () => {
    const lines = await linesOf('echo /proc/[0-9]*; cat /proc/1/comm; true');
    expect(lines).toEqual(['/proc/1', 'sh']);
  });

  test('has no IPC objects of the host', async () => {
    expect(await linesOf('tail -n +2 /proc/sysvipc/shm; ls -A /dev/shm /dev/mqueue')).toEqual([
      '/dev/mqueue:',
      '/dev/shm:',
    ]);
  });

  test('says that its cgroup is the root of all', async () => {
    const lines = await linesOf('cut -d: -f3 /proc/self/cgroup');
    expect(new Set(lines)).toEqual(new Set(['/']));
    const [dir] = await linesOf('ls -d /sys/fs/cgroup/pids /sys/fs/cgroup 2>/dev/null | sort -r | head -n 1');
    const script = `cat ${dir}/cgroup.procs | head -n 1; mkdir ${dir}/x; echo 1 > ${dir}/cgroup.procs`;
    const { stdout, stderr } = await runBox({ ...machine, args: ['sh', '-c', script] });
    expect(stdout).toBe('1\n');
    expect(stderr.match(/Read-only file system/g)).toHaveLength(2);
  });

  test('has only these mounts, none shared with the host', async () => {
    const lines = await linesOf('cat /proc/self/mountinfo');
    const targets = lines
      .map((line) => line.split(' ')[4] ?? '')
      .filter((target) => !target.startsWith('/sys/fs/cgroup/'));
    expect([...new Set(targets)].sort()).toEqual(
      [
        '/',
        '/dev',
        '/dev/mqueue',
        '/dev/pts',
        '/dev/shm',
        '/proc',
        '/proc/acpi',
        '/proc/bus',
        '/proc/fs',
        '/proc/interrupts',
        '/proc/irq',
        '/proc/kcore',
        '/proc/keys',
        '/proc/latency_stats',
        '/proc/scsi',
        '/proc/asound',
        '/proc/sched_debug',
        '/proc/sys',
        '/proc/sysrq-trigger',
        '/proc/timer_list',
        '/proc/timer_stats',
        '/sys',
        '/sys/devices/virtual/powercap',
        '/sys/firmware',
        '/sys/fs/cgroup',
      ]
        .filter((target) => targets.includes(target) || !/^\/(proc|sys)\/./.test(target))
        .sort(),
    );
    expect(lines.filter((line) => line.includes(' shared:'))).toEqual([]);
  });

  test('keeps its own mounts to itself', async () => {
    const mounting =
      'mkdir -p /mnt/in && mount -t tmpfs none /mnt/in && grep -c /mnt/in /proc/mounts && exec sleep 1000';
    await using box = await startBox({
      ...machine,
      args: ['sh', '-c', mounting],
      spec: { capabilities: { add: ['SYS_ADMIN'], drop: [] } },
    });
    await using client = await box.container.attach({ replay: true, stdin: false });
    await new Listener(client).until('1\n');
    expect(await hostMountsOf(box.dir)).toEqual([]);
  });

  test('has exactly the usual devices', async () => {
    const lines = await linesOf(
      "cd /dev && find . -mindepth 1 -maxdepth 1 | sort | while read f; do stat -c '%n %F %t:%T %a' $f; done",
    );
    expect(lines).toEqual([
      './core symbolic link 0:0 777',
      './fd symbolic link 0:0 777',
      './full character special file 1:7 666',
      './mqueue directory 0:0 1777',
      './null character special file 1:3 666',
      './ptmx symbolic link 0:0 777',
      './pts directory 0:0 755',
      './random character special file 1:8 666',
      './shm directory 0:0 1777',
      './stderr symbolic link 0:0 777',
      './stdin symbolic link 0:0 777',
      './stdout symbolic link 0:0 777',
      './tty character special file 5:0 666',
      './urandom character special file 1:9 666',
      './zero character special file 1:5 666',
    ]);
    expect(await linesOf('readlink /dev/ptmx; ls /dev/pts; stat -c "%t:%T %a" /dev/pts/ptmx')).toEqual([
      'pts/ptmx',
      'ptmx',
      '5:2 666',
    ]);
  });

  test('is masked and read-only where the kernel tells or takes too much', async () => {
    const masked = ['/proc/interrupts', '/proc/kcore', '/proc/keys', '/proc/timer_list', '/proc/sched_debug'];
    const sizes = await linesOf(
      `for f in ${masked.join(' ')}; do [ -e $f ] && wc -c < $f; done; ls /sys/firmware /proc/scsi /proc/acpi 2>/dev/null | grep -v : `,
    );
    expect(sizes.every((size) => size === '0')).toBe(true);
    const { stderr } = await runBox({
      ...machine,
      args: [
        'sh',
        '-c',
        'echo c > /proc/sysrq-trigger; echo x > /proc/sys/kernel/core_pattern; echo 1 > /proc/irq/default_smp_affinity; mkdir /sys/kernel/x; touch /sys/firmware/x',
      ],
    });
    const refused = stderr.split('\n').filter((line) => line !== '');
    expect(refused).toHaveLength(5);
    expect(refused.every((line) => /Read-only file system|nonexistent|No such file/.test(line))).toBe(true);
    expect(refused.filter((line) => line.includes('Read-only')).length).toBeGreaterThanOrEqual(4);
  });

  test('has no descriptor but its three streams', async () => {
    for (const terminal of [false, true]) {
      const lines = await linesOf('exec ls -l /proc/self/fd', { spec: { terminal } });
      const names = lines.map((line) => / (\d+) -> (.*?)\r?$/.exec(line)).filter((match) => match !== null);
      expect(names.map((match) => match[1])).toEqual(['0', '1', '2']);
      expect(names[0]?.[2]).toBe(terminal ? '/dev/pts/0' : '/dev/null');
    }
  });
});

describeWith(['root', 'launcher', 'busybox'], 'what a container may do', () => {
  test('is what Docker’s fourteen capabilities allow', async () => {
    const status = await statusOf();
    // As `docker run busybox grep Cap /proc/self/status` says.
    const docker = '00000000a80425fb';
    expect(capabilityBits(defaultCapabilities).toString(16)).toBe(docker.replace(/^0+/, ''));
    expect(status).toMatchObject({
      CapEff: docker,
      CapPrm: docker,
      CapBnd: docker,
      CapInh: '0'.repeat(16),
      CapAmb: '0'.repeat(16),
    });
  });

  test('is nothing of that for a user that isn’t root', async () => {
    expect(await statusOf({ spec: { user: { uid: 1000, gid: 1000 } } })).toMatchObject({
      CapEff: '0'.repeat(16),
      CapPrm: '0'.repeat(16),
      CapBnd: '00000000a80425fb',
    });
  });

  test('is changed by what is added and dropped', async () => {
    const bits = async (add: readonly string[], drop: readonly string[]): Promise<string | undefined> =>
      (await statusOf({ spec: { capabilities: { add, drop } } }))['CapEff'];
    expect(await bits([], ['ALL'])).toBe('0'.repeat(16));
    expect(await bits(['NET_ADMIN'], ['ALL'])).toBe('0000000000001000');
    expect(await bits(['SYS_TIME'], ['CHOWN'])).toBe('00000000aa0425fa');
  });

  test('is filtered by seccomp, with no way to new privileges', async () => {
    expect(await statusOf()).toMatchObject({ Seccomp: '2', Seccomp_filters: '1', NoNewPrivs: '1' });
    const { stderr } = await runBox({
      ...machine,
      args: ['sh', '-c', 'unshare -U true; unshare -m true; mount -t tmpfs x /tmp'],
    });
    expect(stderr.match(/Operation not permitted|permission denied/g)?.length).toBe(3);
  });

  test('is less filtered only for who has the capability', async () => {
    const { stdout } = await runBox({
      ...machine,
      args: ['sh', '-c', 'mount -t tmpfs x /tmp && echo mounted'],
      spec: { capabilities: { add: ['SYS_ADMIN'], drop: [] } },
    });
    expect(stdout).toBe('mounted\n');
  });
});

/** keyctl(2), which the profile refuses to everybody, by each of the three numberings there are on x64. */
const numberings = `
#include <stdio.h>
#include <unistd.h>
#include <errno.h>
static long by_int80(long number) {
  long answer;
  __asm__ volatile("int $0x80" : "=a"(answer) : "a"(number), "b"(0L), "c"(-3L), "d"(0L) : "memory");
  return answer;
}
int main(void) {
  printf("x64 %d\\n", syscall(250, 0, -3, 0) < 0 ? errno : 0);
  printf("x32 %d\\n", syscall(0x40000000 | 250, 0, -3, 0) < 0 ? errno : 0);
  printf("i386 %ld\\n", -by_int80(288));
  printf("fine %d\\n", by_int80(20) > 0);
}`;

describeWith(['root', 'launcher', 'busybox', 'x64 compiler'], 'the filter', () => {
  test('is not to be gone around with another numbering of system calls', async () => {
    const { stdout } = await runBox({
      ...machine,
      args: ['/calls'],
      prepare: async (rootfs) => {
        await writeFile(join(rootfs, 'calls.c'), numberings);
        await promisify(execFile)('gcc', ['-static', '-w', '-o', join(rootfs, 'calls'), join(rootfs, 'calls.c')]);
      },
    });
    // EPERM, or ENOSYS of a kernel that doesn't have the numbering.
    expect(stdout).toMatch(/^x64 1\nx32 (1|38)\ni386 (1|38)\nfine [01]\n$/);
  });
});
