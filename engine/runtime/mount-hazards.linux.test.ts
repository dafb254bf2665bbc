import { mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { busyboxPath, describeWith, launcherPath } from '#engine/testing/requires.ts';

import { makeBox, runBox } from './testing/busybox-container.ts';
import { bind, expectRefusal, outside } from './testing/hazard.ts';

const machine = { launcherPath, busyboxPath };

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
