import { access, chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { busyboxPath, describeWith, launcherPath } from '#engine/testing/requires.ts';

import { failureOf, makeBox, runBox, startBox, type BoxOptions, type Ran } from './testing/busybox-container.ts';
import { cgroupsOf, hostMountsOf } from './testing/host-traces.ts';

const machine = { launcherPath, busyboxPath };

function sh(script: string, more: Omit<Partial<BoxOptions>, 'args'> = {}): Promise<Ran> {
  return runBox({ ...machine, args: ['sh', '-c', script], ...more });
}

describeWith(['root', 'launcher', 'busybox'], 'a container', () => {
  test('writes to both streams and ends with its own exit code', async () => {
    const { stdout, stderr, status } = await sh('echo out; echo err >&2; exit 7');
    expect({ stdout, stderr }).toEqual({ stdout: 'out\n', stderr: 'err\n' });
    expect(status).toMatchObject({ exitCode: 7, oomKilled: false });
    expect(status.signal).toBeUndefined();
    expect(Math.abs(Date.now() - status.finishedAt)).toBeLessThan(60_000);
  });

  test('says by which signal it ended', async () => {
    // The first process of a pid namespace ignores what it has no handler for, except from outside.
    await using box = await startBox({ ...machine, args: ['sleep', '1000'] });
    await box.container.signal(15);
    await box.container.signal(9);
    expect(await box.container.wait()).toMatchObject({ exitCode: 137, signal: 9, oomKilled: false });
  });

  test('gets the signals that it handles', async () => {
    await using box = await startBox({
      ...machine,
      args: ['sh', '-c', 'trap "exit 3" TERM; echo ready; while :; do sleep 0.05; done'],
    });
    await using log = await firstLog(box.runtime.readLog(box.bundle, { follow: true }));
    expect(log.text).toBe('ready\n');
    await box.container.signal(15);
    expect(await box.container.wait()).toMatchObject({ exitCode: 3 });
  });

  test('has its environment and no other', async () => {
    const { stdout } = await runBox({
      ...machine,
      args: ['env'],
      spec: { env: ['PATH=/bin', 'EMPTY=', 'WORDS=a b=c', 'ÜMLAUT=ß'] },
    });
    expect(stdout).toBe('PATH=/bin\nEMPTY=\nWORDS=a b=c\nÜMLAUT=ß\n');
  });

  test('runs as its user, in its groups', async () => {
    const { stdout } = await sh('id -u; id -g; id -G; umask', {
      spec: { user: { uid: 1000, gid: 1001, additionalGids: [20, 30] } },
    });
    expect(stdout).toBe('1000\n1001\n1001 20 30\n0022\n');
  });

  test('begins in its working directory, which is made for its user where the image has none', async () => {
    const { stdout } = await sh('pwd; stat -c "%u:%g %a" . ; stat -c "%u:%g %a" .. ; touch here && echo mine', {
      spec: { cwd: '/srv/deep/work', user: { uid: 1000, gid: 1000 } },
    });
    expect(stdout).toBe('/srv/deep/work\n1000:1000 755\n0:0 755\nmine\n');
  });

  test('may begin in a directory that is root’s alone, as with Docker, and see nothing there', async () => {
    const { stdout, stderr } = await sh('pwd; ls; echo x > file', {
      spec: { cwd: '/root', user: { uid: 1000, gid: 1000 } },
      prepare: async (rootfs) => chmod(join(rootfs, 'root'), 0o700),
    });
    expect(stdout).toBe('/root\n');
    expect(stderr).toContain('ls: .: Permission denied');
    expect(stderr).toContain("sh: can't create file: Permission denied");
  });

  test('has its host name and an own loopback device that is up', async () => {
    const { stdout } = await sh('hostname; cat /proc/net/dev | tail -n +3 | cut -d: -f1; ifconfig lo', {
      spec: { hostname: 'a-name.example' },
    });
    expect(stdout).toContain('a-name.example\n');
    expect(stdout).toMatch(/^\s*lo$/m);
    expect(stdout).not.toMatch(/^\s*eth0$/m);
    expect(stdout).toContain('UP LOOPBACK RUNNING');
  });

  test('can have a root that is read-only, with the mounts over it writable', async () => {
    const { stdout, stderr } = await sh('touch /file; touch /dev/shm/file && echo shm; mkdir /etc/x', {
      spec: { readonlyRootfs: true },
    });
    expect(stdout).toBe('shm\n');
    expect(stderr).toBe(
      "touch: /file: Read-only file system\nmkdir: can't create directory '/etc/x': Read-only file system\n",
    );
  });

  test('has the limits of its resources', async () => {
    const { stdout } = await sh('ulimit -Sn; ulimit -Hn', {
      change: (spec) => ({
        ...spec,
        process: { ...spec.process, rlimits: [{ type: 'RLIMIT_NOFILE', soft: 100, hard: 200 }] },
      }),
    });
    expect(stdout).toBe('100\n200\n');
  });

  test('has its sysctls, and can write to none', async () => {
    const { stdout, stderr } = await sh(
      'cat /proc/sys/net/ipv4/ip_unprivileged_port_start; echo 1 > /proc/sys/vm/swappiness',
      {
        change: (spec) => ({
          ...spec,
          linux: { ...spec.linux, sysctl: { 'net.ipv4.ip_unprivileged_port_start': '77' } },
        }),
      },
    );
    expect(stdout).toBe('77\n');
    expect(stderr).toContain('Read-only file system');
  });

  test('has its OOM score', async () => {
    const { stdout } = await sh('cat /proc/self/oom_score_adj', {
      change: (spec) => ({ ...spec, process: { ...spec.process, oomScoreAdj: 321 } }),
    });
    expect(stdout).toBe('321\n');
  });

  test('starts with no signal blocked or ignored, in a session of its own', async () => {
    const { stdout } = await sh('grep -E "^Sig(Blk|Ign)" /proc/self/status; cut -d" " -f4-6 /proc/1/stat');
    expect(stdout).toMatch(/^SigBlk:\s+0+$/m);
    expect(stdout).toMatch(/^SigIgn:\s+0+$/m);
    // Parent, process group and session: outside, and two of its own.
    expect(stdout).toMatch(/^0 1 1$/m);
  });

  test('leaves nothing on the machine', async () => {
    const box = await startBox({ ...machine, args: ['sleep', '1000'] });
    const { pid } = box.container;
    const pids = await box.container.pids();
    expect(pids).toContain(pid);
    expect((await cgroupsOf(box.id)).length).toBeGreaterThan(0);
    expect(await hostMountsOf(box.dir)).toEqual([]);
    await box.runtime.destroy(box.id, box.bundle);
    expect(await cgroupsOf(box.id)).toEqual([]);
    await expect(access(`/proc/${pid}`)).rejects.toThrow('ENOENT');
    await expect(access(join(box.bundle, 'shim.sock'))).rejects.toThrow('ENOENT');
    // Once more, and of something that never was.
    await box.runtime.destroy(box.id, box.bundle);
    await box.runtime.destroy('0'.repeat(64), join(box.dir, 'nowhere'));
    await box[Symbol.asyncDispose]();
  });

  test('can be started again in the same bundle', async () => {
    await using box = await makeBox({ ...machine, args: ['sh', '-c', 'echo x >> /count; cat /count'] });
    for (const times of [1, 2, 3]) {
      await box.start();
      expect(await box.container.wait()).toMatchObject({ exitCode: 0 });
      await box.runtime.destroy(box.id, box.bundle);
      expect(await readFile(join(box.rootfs, 'count'), 'utf8')).toBe('x\n'.repeat(times));
    }
  });
});

describeWith(['root', 'launcher', 'busybox'], 'a program that can’t be started', () => {
  const failures: readonly (readonly [string, string, string, string])[] = [
    ['is not in the PATH', 'nothing-such', 'not-found', 'exec: "nothing-such": executable file not found in $PATH'],
    [
      'is not at its path',
      '/bin/nothing',
      'not-found',
      'exec: "/bin/nothing": stat /bin/nothing: no such file or directory',
    ],
    ['has a file for a directory', '/etc/passwd/x', 'not-found', 'stat /etc/passwd/x: no such file or directory'],
    ['is a directory', '/bin', 'forbidden', 'exec: "/bin": is a directory'],
    ['is not executable', '/etc/passwd', 'forbidden', 'exec: "/etc/passwd": permission denied'],
    ['has no format that the kernel knows', '/garbage', 'forbidden', 'exec /garbage: exec format error'],
    ['lacks its interpreter', '/script', 'not-found', 'exec: "/script": stat /script: no such file or directory'],
    ['has no name', '', 'not-found', 'exec: "": executable file not found in $PATH'],
  ];

  test.each(failures)('because it %s', async (_, name, code, message) => {
    await using box = await makeBox({
      ...machine,
      args: [name],
      prepare: async (rootfs) => {
        await writeFile(join(rootfs, 'garbage'), 'no program\n', { mode: 0o755 });
        await writeFile(join(rootfs, 'script'), '#!/nowhere/sh\n', { mode: 0o755 });
      },
    });
    const failure = await failureOf(box.start());
    expect(failure).toMatchObject({ code });
    expect(String(failure)).toContain(message);
    expect(await cgroupsOf(box.id)).toEqual([]);
    await expect(access(join(box.bundle, 'shim.sock'))).rejects.toThrow('ENOENT');
  });

  test('because its user may not', async () => {
    await using box = await makeBox({
      ...machine,
      args: ['/secret'],
      spec: { user: { uid: 1000, gid: 1000 } },
      prepare: async (rootfs) => {
        await writeFile(join(rootfs, 'secret'), '#!/bin/sh\n');
        await chmod(join(rootfs, 'secret'), 0o700);
      },
    });
    await expect(box.start()).rejects.toMatchObject({ code: 'forbidden' });
  });

  test('because its working directory is a file', async () => {
    await using box = await makeBox({ ...machine, args: ['true'], spec: { cwd: '/etc/passwd' } });
    const failure = await failureOf(box.start());
    expect(failure).toMatchObject({ code: 'internal' });
    expect(String(failure)).toContain('/etc/passwd');
    expect(await cgroupsOf(box.id)).toEqual([]);
  });

  test('because there is no launcher', async () => {
    await using box = await makeBox({ busyboxPath, launcherPath: '/nowhere/launcher', args: ['true'] });
    await expect(box.start()).rejects.toMatchObject({ code: 'internal' });
    expect(await cgroupsOf(box.id)).toEqual([]);
  });
});

interface FirstLog extends AsyncDisposable {
  readonly text: string;
}

async function firstLog(chunks: AsyncIterable<{ readonly bytes: Uint8Array }>): Promise<FirstLog> {
  const iterator = chunks[Symbol.asyncIterator]();
  const { value } = (await iterator.next()) as { value: { readonly bytes: Uint8Array } };
  return {
    text: Buffer.from(value.bytes).toString(),
    [Symbol.asyncDispose]: async () => {
      await iterator.return?.();
    },
  };
}
