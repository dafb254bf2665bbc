import { createHash } from 'node:crypto';
import { lstat, mkdir, readFile, readlink, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { busyboxPath, describeWith, launcherPath } from '#engine/testing/requires.ts';

import { makeBox, runBox, startBox } from './testing/busybox-container.ts';
import { bind, expectRefusal, outside } from './testing/hazard.ts';
import { shimOf } from './testing/host-traces.ts';

const machine = { launcherPath, busyboxPath };

async function hashOf(path: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
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
          spec: { cwd: '/here' },
          prepare: async (rootfs) => symlink(`/proc/self/fd/${number}`, join(rootfs, 'here')),
        },
        '/here',
      );
    }
  });

  test('that climbs stays inside', async () => {
    const { stdout } = await runBox({ ...machine, args: ['pwd'], spec: { cwd: '/tmp/../../../../..' } });
    expect(stdout).toBe('/\n');
  });
});

// CVE-2021-30465
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
