import { lstat, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import type { RootMount } from '#engine/snapshot/snapshotter.ts';
import { busyboxPath, describeWith, launcherPath } from '#engine/testing/requires.ts';

import { makeBox, runBox, type BoxOptions } from './testing/busybox-container.ts';
import { hostMountsOf } from './testing/host-traces.ts';

/** The image at the bottom, then as many layers as asked for, each with a file of its own. */
function overlayOf(layers: number, folder = 'layers'): NonNullable<BoxOptions['root']> {
  return async (rootfs, dir): Promise<RootMount> => {
    const lower = [rootfs];
    for (let index = 0; index < layers; index += 1) {
      const layer = join(dir, folder, String(index));
      await mkdir(layer, { recursive: true });
      await writeFile(join(layer, `of-${index}`), '');
      await writeFile(join(layer, 'top'), String(index));
      lower.unshift(layer);
    }
    for (const name of ['upper', 'work']) await mkdir(join(dir, folder, name), { recursive: true });
    return { type: 'overlay', lower, upper: join(dir, folder, 'upper'), work: join(dir, folder, 'work') };
  };
}

describeWith(['root', 'launcher', 'busybox', 'overlay'], 'a root of layers', () => {
  test('takes changes above, and leaves the layers alone', async () => {
    await using box = await makeBox({
      launcherPath,
      busyboxPath,
      args: ['sh', '-c', 'echo new > /etc/passwd; rm /tmp -r; echo x > /file; sleep 1000'],
      root: overlayOf(1),
    });
    await box.start();
    // The host has no mount of it; what the container sees is to be had through its first process.
    expect(await hostMountsOf(box.dir)).toEqual([]);
    await box.exec(['sh', '-c', 'while ! [ -e /file ]; do :; done']);
    expect(await readFile(`/proc/${box.container.pid}/root/etc/passwd`, 'utf8')).toBe('new\n');
    const upper = join(box.dir, 'layers/upper');
    expect(await readFile(join(upper, 'etc/passwd'), 'utf8')).toBe('new\n');
    const whiteout = await lstat(join(upper, 'tmp'));
    expect([whiteout.isCharacterDevice(), whiteout.rdev]).toEqual([true, 0]);
    expect(await readFile(join(box.rootfs, 'etc/passwd'), 'utf8')).toContain('root:x:0:0');
    expect(await readdir(box.rootfs)).toContain('tmp');
    expect(await readdir(box.rootfs)).not.toContain('file');
  });

  test('may have more layers than there is room for in a page of options', async () => {
    const { stdout } = await runBox({
      launcherPath,
      busyboxPath,
      args: ['sh', '-c', 'ls / | grep -c of-; cat /top'],
      root: overlayOf(150, 'a-rather-long-name-of-a-folder-for-layers'),
    });
    expect(stdout).toBe('150\n149');
  });

  test('may have paths longer than an option may be, with anything in them', async () => {
    const { stdout } = await runBox({
      launcherPath,
      busyboxPath,
      args: ['cat', '/top'],
      root: overlayOf(3, `colon:comma,back\\slash ${'x'.repeat(200)}/${'y'.repeat(200)}`),
    });
    expect(stdout).toBe('2');
  });

  test('that the kernel refuses is said to be that', async () => {
    await using box = await makeBox({
      launcherPath,
      busyboxPath,
      args: ['true'],
      root: async (rootfs, dir) => {
        await mkdir(join(dir, 'upper/work'), { recursive: true });
        return { type: 'overlay', lower: [rootfs], upper: join(dir, 'upper'), work: join(dir, 'upper/work') };
      },
    });
    await expect(box.start()).rejects.toThrow("make the file system for the container's root");
  });
});
