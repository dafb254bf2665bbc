import { createHash } from 'node:crypto';
import { lstat, mkdir, mkdtemp, readdir, readFile, readlink, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import type { RuntimeMount } from '#engine/oci/runtime-spec.ts';
import { busyboxPath, describeWith, launcherPath } from '#engine/testing/requires.ts';

import { makeBox, runBox, startBox, type BoxOptions } from './testing/busybox-container.ts';
import { cgroupsOf, shimOf } from './testing/host-traces.ts';

const machine = { launcherPath, busyboxPath };

async function hashOf(path: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
}

function bind(source: string, destination: string, ...options: readonly string[]): RuntimeMount {
  return { type: 'bind', source, destination, options: ['rbind', ...options] };
}

/** A directory of the host that nothing in a container may reach. */
interface Outside extends AsyncDisposable {
  readonly path: string;
  list(): Promise<readonly string[]>;
}

async function outside(): Promise<Outside> {
  const path = await mkdtemp(join(tmpdir(), 'estrato-outside-'));
  return {
    path,
    list: () => readdir(path),
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  };
}

/** A start is refused in a sentence, and nothing is left of it. */
async function expectRefusal(options: BoxOptions, words: string | RegExp): Promise<void> {
  await using box = await makeBox(options);
  await expect(box.start()).rejects.toThrow(words);
  expect(await cgroupsOf(box.id)).toEqual([]);
}

// CVE-2019-5736
describeWith(['root', 'launcher', 'busybox'], 'the launcher, started by a container through /proc/self/exe', () => {
  test('is a copy in memory', async () => {
    await using box = await startBox({ ...machine, args: ['sleep', '1000'] });
    expect(await readlink(`/proc/${await shimOf(box.bundle)}/exe`)).toMatch(/^\/memfd:estrato-launcher/);
    const { stdout, stderr, status } = await box.exec(['/proc/self/exe']);
    expect({ stdout, code: status.exitCode }).toEqual({ stdout: '', code: 2 });
    expect(stderr).toContain('estrato-launcher is started by the Estrato engine');
  });

  test('can’t be written, while it runs or afterwards', async () => {
    const before = await hashOf(launcherPath);
    await using box = await startBox({ ...machine, args: ['sleep', '1000'] });
    // Goes on until its input ends, which is held open.
    await box.startExec(['/proc/self/exe', 'shim', '/tmp'], {}, true);
    const script = `
      for p in /proc/[0-9]*; do case $(readlink $p/exe) in *memfd*) found=$p;; esac; done
      [ -n "$found" ] || { echo nobody; exit 1; }
      exec 9< $found/exe
      (echo evil > $found/exe) 2>&1
      kill -9 \${found#/proc/}
      while grep -q '^State:.*[RSD] ' $found/status 2>/dev/null; do :; done
      (echo evil >> /proc/self/fd/9) 2>&1
      echo tried`;
    const { stdout } = await box.exec(['sh', '-c', script]);
    const lines = stdout.trim().split('\n');
    expect(lines).toHaveLength(3);
    expect(lines[0]).toMatch(/Text file busy|Operation not permitted|Permission denied/);
    expect(lines[1]).toMatch(/Operation not permitted|Text file busy|Permission denied/);
    expect(lines[2]).toBe('tried');
    expect(await hashOf(launcherPath)).toBe(before);
    expect((await box.exec(['echo', 'still starts'])).stdout).toBe('still starts\n');
  });

  test('as the container’s own program does nothing', async () => {
    const before = await hashOf(launcherPath);
    const { status } = await runBox({ ...machine, args: ['/proc/self/exe'] });
    expect(status.exitCode).toBe(2);
    expect(await hashOf(launcherPath)).toBe(before);
  });
});

// CVE-2024-21626
describeWith(['root', 'launcher', 'busybox'], 'a working directory', () => {
  const descriptors = Array.from({ length: 32 }, (_, number) => number);

  test('by a descriptor of the launcher’s is refused', async () => {
    for (const number of descriptors) {
      await expectRefusal({ ...machine, args: ['pwd'], spec: { cwd: `/proc/self/fd/${number}` } }, '/proc/self/fd');
    }
  });

  test('by a descriptor is refused to sessions too', async () => {
    await using box = await startBox({ ...machine, args: ['sleep', '1000'] });
    for (const number of descriptors) {
      const outcome = await box.exec(['pwd'], { cwd: `/proc/self/fd/${number}` }).then(
        ({ stdout }) => stdout,
        (error: unknown) => String(error),
      );
      // The launcher has a descriptor of the container's own root too.
      expect(outcome).toMatch(/^\/\n$|working directory/);
    }
    expect(await box.container.pids()).toEqual([box.container.pid]);
  });

  test('by a link of the image’s to a descriptor is refused', async () => {
    for (const number of descriptors.slice(3, 12)) {
      await expectRefusal(
        {
          ...machine,
          args: ['pwd'],
          spec: { cwd: '/work' },
          prepare: async (rootfs) => symlink(`/proc/self/fd/${number}`, join(rootfs, 'work')),
        },
        '/work',
      );
    }
  });

  test('that climbs stays inside', async () => {
    const { stdout } = await runBox({ ...machine, args: ['pwd'], spec: { cwd: '/tmp/../../../../..' } });
    expect(stdout).toBe('/\n');
  });
});

// CVE-2021-30465
describeWith(['root', 'launcher', 'busybox'], 'a mount in an image that has links', () => {
  test('stays inside where its destination is an absolute link', async () => {
    await using host = await outside();
    await using source = await outside();
    await writeFile(join(source.path, 'mine'), 'x');
    const { stdout } = await runBox({
      ...machine,
      args: ['sh', '-c', `ls /data; ls ${host.path}`],
      spec: { mounts: [bind(source.path, '/data')] },
      prepare: async (rootfs) => symlink(host.path, join(rootfs, 'data')),
    });
    expect(stdout).toBe('mine\nmine\n');
    expect(await host.list()).toEqual([]);
  });

  test.each(['/../../../../../../../../..', '../../../../../../../..'])(
    'stays inside where a link climbs: %s',
    async (up) => {
      await using host = await outside();
      await using source = await outside();
      await writeFile(join(source.path, 'mine'), 'x');
      const { stdout } = await runBox({
        ...machine,
        args: ['ls', `/up${host.path}/deep`],
        spec: { mounts: [bind(source.path, `/up${host.path}/deep`)] },
        prepare: async (rootfs) => symlink(up, join(rootfs, 'up')),
      });
      expect(stdout).toBe('mine\n');
      expect(await host.list()).toEqual([]);
    },
  );

  test('of a file stays inside where a link points out', async () => {
    await using host = await outside();
    await writeFile(join(host.path, 'victim'), 'untouched');
    await using source = await outside();
    await writeFile(join(source.path, 'hosts'), 'from the engine');
    const { stdout } = await runBox({
      ...machine,
      args: ['cat', '/etc/hosts'],
      spec: { mounts: [bind(join(source.path, 'hosts'), '/etc/hosts')] },
      prepare: async (rootfs) => symlink(join(host.path, 'new/file'), join(rootfs, 'etc/hosts')),
    });
    expect(stdout).toBe('from the engine');
    expect(await host.list()).toEqual(['victim']);
    expect(await readFile(join(host.path, 'victim'), 'utf8')).toBe('untouched');
  });

  test.each(['../run/systemd/stub.conf', '/run/systemd/stub.conf', 'other'])(
    'of a file makes what a link leads to: %s',
    async (target) => {
      await using source = await outside();
      await writeFile(join(source.path, 'resolv.conf'), 'nameserver');
      const { stdout } = await runBox({
        ...machine,
        args: ['cat', '/etc/resolv.conf'],
        spec: { mounts: [bind(join(source.path, 'resolv.conf'), '/etc/resolv.conf')] },
        prepare: async (rootfs) => symlink(target, join(rootfs, 'etc/resolv.conf')),
      });
      expect(stdout).toBe('nameserver');
    },
  );

  test('on a link that leads to itself is refused', async () => {
    await using source = await outside();
    await expectRefusal(
      {
        ...machine,
        args: ['true'],
        spec: { mounts: [bind(source.path, '/loop/dir')] },
        prepare: async (rootfs) => symlink('/loop', join(rootfs, 'loop')),
      },
      'Too many levels of symbolic links',
    );
  });

  test('of a file system may go through a link, as /var/run often is one', async () => {
    const { stdout } = await runBox({
      ...machine,
      args: ['sh', '-c', 'touch /var/run/x && ls /run; grep -c " /run tmpfs " /proc/mounts'],
      spec: { mounts: [{ type: 'tmpfs', destination: '/var/run', source: 'tmpfs', options: ['size=1m'] }] },
      prepare: async (rootfs) => {
        await mkdir(join(rootfs, 'var'));
        await symlink('/run', join(rootfs, 'var/run'));
      },
    });
    expect(stdout).toBe('x\n1\n');
  });

  test('stays inside while somebody swaps a directory for a link', async () => {
    await using host = await outside();
    await using source = await outside();
    await using box = await makeBox({
      ...machine,
      args: ['true'],
      spec: { mounts: Array.from({ length: 20 }, (_, index) => bind(source.path, `/data/sub${index}`)) },
      prepare: async (rootfs) => {
        await mkdir(join(rootfs, 'data'));
        await symlink(host.path, join(rootfs, 'link'));
      },
    });
    let isOver = false;
    const swapping = (async () => {
      const at = (name: string): string => join(box.rootfs, name);
      while (!isOver) {
        for (const [from, to] of [
          ['data', 'kept'],
          ['link', 'data'],
          ['data', 'link'],
          ['kept', 'data'],
        ] as const) {
          await rename(at(from), at(to)).catch(() => undefined);
        }
      }
    })();
    for (let round = 0; round < 25; round += 1) {
      await box.start().then(
        async (container) => container.wait(),
        () => undefined,
      );
      await box.runtime.destroy(box.id, box.bundle);
    }
    isOver = true;
    await swapping;
    expect(await host.list()).toEqual([]);
  });

  test.each(['dev', 'proc', 'sys'])('is refused where the image has a link for /%s', async (name) => {
    await using host = await outside();
    await expectRefusal(
      {
        ...machine,
        args: ['true'],
        prepare: async (rootfs) => {
          await rm(join(rootfs, name), { recursive: true });
          await symlink(host.path, join(rootfs, name));
        },
      },
      `mount /${name} in the container`,
    );
    expect(await host.list()).toEqual([]);
  });

  test('needs no directories in the image', async () => {
    const { stdout } = await runBox({
      ...machine,
      args: ['sh', '-c', 'stat -c "%a %U" /proc/.. && ls -d /dev/null /proc/1 /sys/kernel'],
      prepare: async (rootfs) => {
        for (const name of ['dev', 'proc', 'sys']) await rm(join(rootfs, name), { recursive: true });
      },
    });
    expect(stdout).toBe('755 root\n/dev/null\n/proc/1\n/sys/kernel\n');
  });

  test('is read-only where that was asked for, with all that is below it', async () => {
    await using source = await outside();
    const { stderr } = await runBox({
      ...machine,
      args: ['touch', '/data/file'],
      spec: { mounts: [bind(source.path, '/data', 'ro')] },
    });
    expect(stderr).toContain('Read-only file system');
    expect(await source.list()).toEqual([]);
  });
});

// CVE-2025-31133
describeWith(['root', 'launcher', 'busybox'], 'the null device', () => {
  test('that masks is the host’s, whatever the image has for one', async () => {
    const { stdout, stderr } = await runBox({
      ...machine,
      args: [
        'sh',
        '-c',
        'stat -c "%F %t:%T" /dev/null /proc/interrupts /dev/full; wc -c < /proc/interrupts; echo x > /proc/sys/kernel/core_pattern',
      ],
      prepare: async (rootfs) => symlink('/proc/sys/kernel/core_pattern', join(rootfs, 'dev/null')),
    });
    expect(stdout).toBe('character special file 1:3\ncharacter special file 1:3\ncharacter special file 1:7\n0\n');
    expect(stderr).toContain('Read-only file system');
  });

  test('is not written through a volume over /dev that has links', async () => {
    await using host = await outside();
    await writeFile(join(host.path, 'victim'), 'untouched');
    await using volume = await outside();
    await symlink(join(host.path, 'victim'), join(volume.path, 'null'));
    await symlink(host.path, join(volume.path, 'pts'));
    // Whose /dev is the machine's brings its own devices: nothing is made in it, masks are the host's.
    const { stdout } = await runBox({
      ...machine,
      args: ['sh', '-c', 'wc -c < /proc/interrupts'],
      spec: { mounts: [bind(volume.path, '/dev')] },
    });
    expect(stdout).toBe('0\n');
    expect((await volume.list()).toSorted()).toEqual(['null', 'pts']);
    expect(await host.list()).toEqual(['victim']);
    expect(await readFile(join(host.path, 'victim'), 'utf8')).toBe('untouched');
  });
});

// CVE-2025-52565
describeWith(['root', 'launcher', 'busybox'], 'the console', () => {
  test('is refused where /dev/pts is no devpts', async () => {
    await using volume = await outside();
    await writeFile(join(volume.path, 'ptmx'), 'no terminal');
    await expectRefusal(
      { ...machine, args: ['true'], spec: { terminal: true, mounts: [bind(volume.path, '/dev/pts')] } },
      '/dev/pts of the container is not a devpts',
    );
    expect(await readFile(join(volume.path, 'ptmx'), 'utf8')).toBe('no terminal');
  });

  test('is refused where /dev/pts/ptmx leads elsewhere', async () => {
    await using volume = await outside();
    await symlink('/proc/sys/kernel/core_pattern', join(volume.path, 'ptmx'));
    await expectRefusal(
      { ...machine, args: ['true'], spec: { terminal: true, mounts: [bind(volume.path, '/dev/pts')] } },
      'open a terminal in the container',
    );
  });
});

// CVE-2025-52881, CVE-2019-19921
describeWith(['root', 'launcher', 'busybox'], 'a volume over /proc', () => {
  test('gets nothing written that was meant for the kernel', async () => {
    await using volume = await outside();
    await mkdir(join(volume.path, 'sys/net/ipv4'), { recursive: true });
    await writeFile(join(volume.path, 'sys/net/ipv4/ip_forward'), 'mine');
    await expectRefusal(
      {
        ...machine,
        args: ['true'],
        spec: { mounts: [bind(volume.path, '/proc')] },
        change: (spec) => ({ ...spec, linux: { ...spec.linux, sysctl: { 'net.ipv4.ip_forward': '1' } } }),
      },
      'is not a file of proc',
    );
    expect(await readFile(join(volume.path, 'sys/net/ipv4/ip_forward'), 'utf8')).toBe('mine');
  });

  test('can’t put another file of proc in a sysctl’s place', async () => {
    await using volume = await outside();
    const before = await readFile('/proc/sys/kernel/core_pattern', 'utf8');
    await expectRefusal(
      {
        ...machine,
        args: ['true'],
        spec: { mounts: [bind('/proc/sys/kernel/core_pattern', '/proc/sys/net/ipv4/ip_forward')] },
        change: (spec) => ({ ...spec, linux: { ...spec.linux, sysctl: { 'net.ipv4.ip_forward': '1' } } }),
      },
      /proc/,
    );
    expect(await readFile('/proc/sys/kernel/core_pattern', 'utf8')).toBe(before);
    expect(await volume.list()).toEqual([]);
  });

  test('by a sysctl’s own name reaches nothing but sysctls', async () => {
    const { oom_score_adj: before } = { oom_score_adj: await readFile('/proc/self/oom_score_adj', 'utf8') };
    for (const name of ['../self/oom_score_adj', '..', '', 'net/../../1/oom_score_adj']) {
      await expectRefusal(
        {
          ...machine,
          args: ['true'],
          change: (spec) => ({ ...spec, linux: { ...spec.linux, sysctl: { [name]: '7' } } }),
        },
        'not in a separate kernel namespace',
      );
    }
    expect(await readFile('/proc/self/oom_score_adj', 'utf8')).toBe(before);
  });
});

describeWith(['root', 'launcher', 'busybox'], 'what the launcher makes in an image', () => {
  test('is what others may use too', async () => {
    await using source = await outside();
    await writeFile(join(source.path, 'file'), 'x');
    await using box = await makeBox({
      ...machine,
      args: ['true'],
      spec: {
        cwd: '/made/for/work',
        mounts: [bind(source.path, '/made/for/dir'), bind(join(source.path, 'file'), '/made/for/file')],
      },
    });
    await box.start();
    await box.container.wait();
    const modes = await Promise.all(
      ['made', 'made/for', 'made/for/work', 'made/for/dir', 'made/for/file'].map(async (name) => {
        const { mode } = await lstat(join(box.rootfs, name));
        return (mode & 0o7777).toString(8);
      }),
    );
    expect(modes).toEqual(['755', '755', '755', '755', '644']);
  });
});
