import { execFile } from 'node:child_process';
import { chmod, chown, mkdir, readFile, readlink, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { afterEach, beforeEach, expect, test } from 'vitest';

import type { RuntimeLinux, RuntimeMount, RuntimeProcess, RuntimeSpec } from '#engine/oci/runtime-spec.ts';
import { busyboxPath, describeWith, launcherPath } from '#engine/testing/requires.ts';
import { temporaryDirectory, type TemporaryDirectory } from '#engine/testing/temporary-directory.ts';

import { chooseCapabilities } from './capabilities.ts';
import { runBox, startBox, type BoxOptions, type Ran } from './testing/busybox-container.ts';
import { namespacesOf } from './testing/host-traces.ts';

const machine = { launcherPath, busyboxPath };
const run = promisify(execFile);

type Change = (spec: RuntimeSpec) => RuntimeSpec;

function linux(change: Partial<RuntimeLinux>): Change {
  return (spec) => ({ ...spec, linux: { ...spec.linux, ...change } });
}

function ofProcess(change: Partial<RuntimeProcess>): Change {
  return (spec) => ({ ...spec, process: { ...spec.process, ...change } });
}

function sh(script: string, change: Change, more: Omit<Partial<BoxOptions>, 'args' | 'change'> = {}): Promise<Ran> {
  return runBox({ ...machine, ...more, args: ['sh', '-c', script], change });
}

function withNamespaces(change: (own: RuntimeLinux['namespaces']) => RuntimeLinux['namespaces']): Change {
  return (spec) => linux({ namespaces: change(spec.linux.namespaces) })(spec);
}

let scratch: TemporaryDirectory;
beforeEach(async () => {
  scratch = await temporaryDirectory('spec');
});
afterEach(async () => {
  await scratch[Symbol.asyncDispose]();
});

const ids = {
  uidMappings: [{ containerID: 0, hostID: 100_000, size: 65_536 }],
  gidMappings: [{ containerID: 0, hostID: 200_000, size: 65_536 }],
};

/** The image belongs to who is root in the container, and may be reached by them. */
async function giveAway(rootfs: string): Promise<void> {
  await run('chown', ['-R', '-h', '100000:200000', rootfs]);
  for (const dir of [rootfs, join(rootfs, '..')]) await chmod(dir, 0o755);
}

const inUserNamespace: Change = (spec) =>
  linux({ ...ids, namespaces: [...spec.linux.namespaces, { type: 'user' }] })(spec);

describeWith(['root', 'launcher', 'busybox'], 'a user namespace', () => {
  test('makes its root somebody else outside', async () => {
    await using box = await startBox({
      ...machine,
      args: ['sleep', '1000'],
      change: inUserNamespace,
      prepare: giveAway,
    });
    const status = await readFile(`/proc/${box.container.pid}/status`, 'utf8');
    expect(status).toMatch(/^Uid:\s+100000\s+100000\s+100000\s+100000$/m);
    expect(status).toMatch(/^Gid:\s+200000\s+200000\s+200000\s+200000$/m);
    const [inside, outside] = await Promise.all([namespacesOf(box.container.pid), namespacesOf('self')]);
    for (const name of ['user', 'mnt', 'pid', 'net', 'ipc', 'uts', 'cgroup']) {
      expect([name, inside[name] === outside[name]]).toEqual([name, false]);
    }
    const { stdout } = await box.exec([
      'sh',
      '-c',
      'id -u; id -g; cat /proc/self/uid_map; echo x > /file; stat -c %u:%g /file',
    ]);
    expect(stdout.replaceAll(/ +/g, ' ')).toBe('0\n0\n 0 100000 65536\n0:0\n');
    expect(await stat(join(box.rootfs, 'file'))).toMatchObject({ uid: 100_000, gid: 200_000 });
  });

  test('gives a container all that one has otherwise', async () => {
    const script =
      'id; echo x > /dev/null && ls -d /dev/zero /dev/pts/ptmx /sys/kernel; hostname; touch /dev/shm/x && echo shm; mount | grep -c cgroup; cat /proc/1/comm';
    const { stdout, stderr } = await sh(script, inUserNamespace, { prepare: giveAway });
    expect(stderr).toBe('');
    expect(stdout).toContain('uid=0(root) gid=0');
    expect(stdout).toContain('/dev/pts/ptmx\n/dev/zero\n/sys/kernel\nbox\nshm\n');
  });

  test('keeps what is bound from who is root only inside', async () => {
    const source = join(scratch.path, 'roots');
    await mkdir(source, { mode: 0o700 });
    await writeFile(join(source, 'secret'), 'secret');
    await chmod(scratch.path, 0o700);
    const mounts: readonly RuntimeMount[] = [{ destination: '/data', type: 'bind', source, options: ['rbind'] }];
    const { stdout, stderr } = await sh('stat -c %u /data; cat /data/secret; echo x > /data/x', inUserNamespace, {
      prepare: giveAway,
      spec: { mounts },
    });
    expect(stdout).toBe('65534\n');
    expect(stderr).toContain("can't open '/data/secret': Permission denied");
  });

  test('can see the owners of what is bound as its own, where they are mapped', async () => {
    const source = join(scratch.path, 'data');
    await mkdir(source);
    await chown(source, 1000, 1000);
    await writeFile(join(source, 'file'), 'x');
    const mounts: readonly RuntimeMount[] = [
      { destination: '/data', type: 'bind', source, options: ['rbind', 'idmap'] },
    ];
    const { stdout, stderr } = await sh('stat -c %u:%g /data /data/file; echo x > /data/new', inUserNamespace, {
      prepare: giveAway,
      spec: { mounts },
    });
    expect(stderr).toBe('');
    expect(stdout).toBe('1000:1000\n0:0\n');
    expect(await stat(join(source, 'new'))).toMatchObject({ uid: 0, gid: 0 });
  });

  test('is entered where it is somebody’s already', async () => {
    await using first = await startBox({
      ...machine,
      args: ['sleep', '1000'],
      change: inUserNamespace,
      prepare: giveAway,
    });
    const at = `/proc/${first.container.pid}/ns`;
    const change = withNamespaces((own) => [
      { type: 'user', path: `${at}/user` },
      { type: 'network', path: `${at}/net` },
      { type: 'ipc', path: `${at}/ipc` },
      ...own.filter(({ type }) => type !== 'network' && type !== 'ipc'),
    ]);
    await using second = await startBox({ ...machine, args: ['sleep', '1000'], change, prepare: giveAway });
    const [one, other] = await Promise.all([namespacesOf(first.container.pid), namespacesOf(second.container.pid)]);
    expect([one['user'], one['net'], one['ipc']]).toEqual([other['user'], other['net'], other['ipc']]);
    expect(one['pid']).not.toBe(other['pid']);
    expect((await second.exec(['id', '-u'])).stdout).toBe('0\n');
  });

  test('without a map, or with layers that others have too, is refused', async () => {
    const without = withNamespaces((own) => [...own, { type: 'user' }]);
    await expect(sh('true', without)).rejects.toThrow('needs a map');
    const root = async (
      rootfs: string,
      dir: string,
    ): Promise<{
      readonly type: 'overlay';
      readonly lower: readonly string[];
      readonly upper: string;
      readonly work: string;
    }> => {
      for (const name of ['upper', 'work']) await mkdir(join(dir, name));
      return { type: 'overlay', lower: [rootfs], upper: join(dir, 'upper'), work: join(dir, 'work') };
    };
    await expect(sh('true', inUserNamespace, { root })).rejects.toThrow('layers are shared');
  });
});

describeWith(['root', 'launcher', 'busybox'], 'namespaces', () => {
  test('of another container are entered, its processes seen', async () => {
    await using first = await startBox({ ...machine, args: ['sleep', '1234'] });
    const at = `/proc/${first.container.pid}/ns`;
    const change = withNamespaces((own) => [
      ...own.filter(({ type }) => !['pid', 'uts', 'network', 'ipc'].includes(type)),
      { type: 'pid', path: `${at}/pid` },
      { type: 'uts', path: `${at}/uts` },
      { type: 'network', path: `${at}/net` },
      { type: 'ipc', path: `${at}/ipc` },
    ]);
    const { stdout } = await sh('tr "\\0" " " < /proc/1/cmdline; echo; readlink /proc/self/ns/net', change);
    expect(stdout).toBe(`sleep 1234 \n${await readlink(`${at}/net`)}\n`);
    expect((await first.exec(['echo', 'undisturbed'])).stdout).toBe('undisturbed\n');
  });

  test('that are left out are the host’s', async () => {
    const change = withNamespaces((own) => own.filter(({ type }) => type === 'mount' || type === 'cgroup'));
    const { stdout } = await sh('for n in pid uts net; do readlink /proc/self/ns/$n; done', change, {
      spec: { hostname: 'never' },
    });
    const names = ['pid', 'uts', 'net'];
    expect(stdout.trim().split('\n')).toEqual(
      await Promise.all(names.map((name) => readlink(`/proc/self/ns/${name}`))),
    );
  });

  test('are never entered through what isn’t one', async () => {
    await writeFile(join(scratch.path, 'net'), '');
    for (const path of [join(scratch.path, 'net'), '/dev/null', '/proc/self/environ']) {
      const change = withNamespaces((own) => own.map((one) => (one.type === 'network' ? { ...one, path } : one)));
      await expect(sh('true', change)).rejects.toThrow('is not a namespace');
    }
  });

  test('of time have clocks of their own', async () => {
    const change: Change = (spec) =>
      linux({
        namespaces: [...spec.linux.namespaces, { type: 'time' }],
        timeOffsets: { boottime: { secs: 7_000_000 }, monotonic: { secs: 3, nanosecs: 5 } },
      })(spec);
    await using box = await startBox({ ...machine, args: ['sleep', '1000'], change });
    const session = await box.exec(['cut', '-d.', '-f1', '/proc/uptime']);
    expect(Number(session.stdout)).toBeGreaterThan(7_000_000);
    const { stdout } = await sh(
      'cut -d. -f1 /proc/uptime; tr -s " " < /proc/self/timens_offsets; ls /proc/1/comm',
      change,
    );
    const [uptime, ...rest] = stdout.trim().split('\n');
    expect(Number(uptime)).toBeGreaterThan(7_000_000);
    expect(rest).toEqual(['monotonic 3 5', 'boottime 7000000 0', '/proc/1/comm']);
  });
});

describeWith(['root', 'launcher', 'busybox'], 'mounts', () => {
  test('are read-only, nosuid and so on with all that is beneath', async () => {
    const source = join(scratch.path, 'tree');
    await mkdir(join(source, 'inner'), { recursive: true });
    const bound = (...options: readonly string[]): RuntimeMount => ({
      destination: '/data',
      type: 'bind',
      source,
      options,
    });
    const mounts: readonly RuntimeMount[] = [bound('rbind', 'rro', 'rnosuid', 'rnodev', 'rnoexec', 'rnoatime')];
    const { stdout } = await sh('grep " /data" /proc/mounts | cut -d" " -f2,4', (spec) => spec, { spec: { mounts } });
    expect(stdout).toMatch(/^\/data ro,nosuid,nodev,noexec,noatime/);
  });

  test('of a bind are changed only where the option reaches', async () => {
    const source = join(scratch.path, 'tree');
    await mkdir(join(source, 'inner'), { recursive: true });
    const inner = join(source, 'inner');
    await run('mount', ['-t', 'tmpfs', 'tmpfs', inner]);
    try {
      const mounts: readonly RuntimeMount[] = [{ destination: '/data', type: 'bind', source, options: ['bind', 'ro'] }];
      const alone = await sh('ls /data; touch /data/x 2>&1', (spec) => spec, { spec: { mounts } });
      expect(alone.stdout).toBe('inner\ntouch: /data/x: Read-only file system\n');
      const deep = mounts.map((mount) => ({ ...mount, options: ['rbind', 'rro'] }));
      const { stdout } = await sh('touch /data/inner/x 2>&1', (spec) => spec, { spec: { mounts: deep } });
      expect(stdout).toBe('touch: /data/inner/x: Read-only file system\n');
    } finally {
      await run('umount', [inner]);
    }
  });

  test('that share their mounts give them to the host and get its', async () => {
    const source = join(scratch.path, 'shared');
    await mkdir(join(source, 'mine'), { recursive: true });
    await mkdir(join(source, 'yours'));
    await run('mount', ['--bind', source, source]);
    await run('mount', ['--make-private', source]);
    await run('mount', ['--make-shared', source]);
    try {
      const mounts: readonly RuntimeMount[] = [
        { destination: '/data', type: 'bind', source, options: ['rbind', 'rshared'] },
      ];
      await using box = await startBox({
        ...machine,
        args: ['sleep', '1000'],
        spec: { mounts, capabilities: { add: ['SYS_ADMIN'], drop: [] } },
      });
      await run('mount', ['-t', 'tmpfs', 'tmpfs', join(source, 'yours')]);
      await writeFile(join(source, 'yours/from-host'), '');
      expect((await box.exec(['ls', '/data/yours'])).stdout).toBe('from-host\n');
      const { capabilities } = box.spec.process;
      const { stderr } = await box.exec(['mount', '-t', 'tmpfs', 'tmpfs', '/data/mine'], { capabilities });
      expect(stderr).toBe('');
      expect(await readFile('/proc/self/mountinfo', 'utf8')).toContain(join(source, 'mine'));
      await run('umount', [join(source, 'mine')]);
    } finally {
      await run('umount', ['-R', source]);
    }
  });

  test('of a tmpfs can begin with what the image has there', async () => {
    const mounts: readonly RuntimeMount[] = [
      { destination: '/srv', type: 'tmpfs', source: 'tmpfs', options: ['tmpcopyup', 'size=1m'] },
    ];
    const { stdout } = await sh(
      'cat /srv/file /srv/dir/link; stat -c "%n %a %u:%g %Y" /srv /srv/dir /srv/file; touch /srv/new; grep -c " /srv tmpfs " /proc/mounts',
      (spec) => spec,
      {
        spec: { mounts },
        prepare: async (rootfs) => {
          const at = (name: string): string => join(rootfs, 'srv', name);
          await mkdir(at('dir'), { recursive: true });
          await writeFile(at('file'), 'content\n', { mode: 0o640 });
          await run('ln', ['-s', '../file', at('dir/link')]);
          await chown(at('file'), 12, 34);
          await chown(at(''), 56, 78);
          await chmod(at(''), 0o1711);
          await run('touch', ['-d', '@1000', at('file'), at('dir')]);
        },
      },
    );
    expect(stdout).toMatch(
      /^content\ncontent\n\/srv 1711 56:78 \d+\n\/srv\/dir 755 0:0 \d+\n\/srv\/file 640 12:34 1000\n1\n$/,
    );
  });

  test('with options that the file system doesn’t know are refused', async () => {
    const mounts: readonly RuntimeMount[] = [
      { destination: '/x', type: 'tmpfs', source: 'tmpfs', options: ['nonsense'] },
    ];
    await expect(sh('true', (spec) => spec, { spec: { mounts } })).rejects.toThrow('with the option nonsense');
  });

  test('the root is shared with mounts of the container’s own only', async () => {
    const { stdout } = await sh(
      'cut -d" " -f5,7 /proc/self/mountinfo | grep "^/ "',
      linux({ rootfsPropagation: 'shared' }),
    );
    expect(stdout).toMatch(/^\/ shared:\d+/);
    const closed = await sh(
      'cut -d" " -f5,7 /proc/self/mountinfo | grep "^/ "',
      linux({ rootfsPropagation: 'unbindable' }),
    );
    expect(closed.stdout).toMatch(/^\/ unbindable/);
  });
});

describeWith(['root', 'launcher', 'busybox'], 'a process', () => {
  test('is run as the kernel is told to', async () => {
    const change: Change = (spec) =>
      ofProcess({
        scheduler: { policy: 'SCHED_BATCH', nice: 5 },
        ioPriority: { class: 'IOPRIO_CLASS_IDLE', priority: 0 },
      })(linux({ personality: { domain: 'LINUX32' } })(spec));
    const { stdout } = await sh('uname -m; cut -d" " -f19,41 /proc/self/stat; ionice -p $$', change);
    expect(stdout).toBe('i686\n5 3\nidle\n');
  });

  test('that is to have every right has those that there are to give', async () => {
    const all = chooseCapabilities({ add: ['ALL'], drop: [] });
    const capabilities = { bounding: all, effective: all, permitted: all, inheritable: [], ambient: [] };
    const { stdout } = await sh('grep ^CapEff /proc/self/status', ofProcess({ capabilities }));
    const [, own] = /^CapBnd:\s*(\S+)$/m.exec(await readFile('/proc/self/status', 'utf8')) ?? [];
    expect(stdout).toBe(`CapEff:\t${own}\n`);
  });

  test('beside the container’s keeps to its processors', async () => {
    await using box = await startBox({ ...machine, args: ['sleep', '1000'] });
    const { stdout } = await box.exec(['grep', 'Cpus_allowed_list', '/proc/self/status'], {
      execCPUAffinity: { initial: '0', final: '1' },
    });
    expect(stdout).toBe('Cpus_allowed_list:\t1\n');
    const plain = await box.exec(['grep', 'Cpus_allowed_list', '/proc/self/status']);
    expect(plain.stdout).toBe('Cpus_allowed_list:\t0-1\n');
  });

  test('gets no more of a resource than one may give', async () => {
    const [, hard = ''] = /^Max open files\s+\d+\s+(\d+)/m.exec(await readFile('/proc/self/limits', 'utf8')) ?? [];
    const rlimits = [{ type: 'RLIMIT_NOFILE', soft: 10, hard: Number(hard) + 1 }];
    const isRefused = !/^CapEff:\s*[0-9a-f]*[0-9a-f]{6}$/.test(await readFile('/proc/self/status', 'utf8'));
    expect(isRefused).toBe(true);
    const attempt = sh('ulimit -Hn', ofProcess({ rlimits }));
    const outcome = await attempt.then(
      ({ stdout }) => stdout,
      (error: unknown) => String(error),
    );
    // Root of a machine that may raise it does.
    expect(outcome === `${Number(hard) + 1}\n` || outcome.includes(`RLIMIT_NOFILE can't be raised`)).toBe(true);
  });

  test('confined by what this kernel hasn’t got is not started', async () => {
    for (const [label, words] of [
      [{ selinuxLabel: 'a:b:c:d' }, 'no SELinux'],
      [{ apparmorProfile: 'some-profile' }, 'no AppArmor'],
    ] as const) {
      await expect(sh('true', ofProcess(label))).rejects.toThrow(words);
    }
    expect((await sh('echo free', ofProcess({ apparmorProfile: 'unconfined' }))).stdout).toBe('free\n');
  });
});
