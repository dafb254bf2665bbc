import { execFile } from 'node:child_process';
import { mkdir, readFile, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { afterEach, beforeEach, expect, test } from 'vitest';

import type { RuntimeSpec } from '#engine/oci/runtime-spec.ts';
import { busyboxPath, describeWith, launcherPath } from '#engine/testing/requires.ts';
import { temporaryDirectory, type TemporaryDirectory } from '#engine/testing/temporary-directory.ts';

import { makeBox, runBox, startBox, type Box } from './testing/busybox-container.ts';
import { cgroupsOf } from './testing/host-traces.ts';

const machine = { launcherPath, busyboxPath };
const run = promisify(execFile);

let outside: TemporaryDirectory;
beforeEach(async () => {
  outside = await temporaryDirectory('outside');
});
afterEach(async () => {
  await outside[Symbol.asyncDispose]();
});

/** Starts again and again while somebody swaps a directory of the image for a link that leads out. */
async function startWhileSwapping(box: Box, name: string): Promise<number> {
  const at = (other: string): string => join(box.rootfs, other);
  await symlink(outside.path, at('link'));
  let isOver = false;
  const swapping = (async () => {
    while (!isOver) {
      for (const [from, to] of [
        [name, 'kept'],
        ['link', name],
        [name, 'link'],
        ['kept', name],
      ] as const) {
        await rename(at(from), at(to)).catch(() => undefined);
      }
    }
  })();
  let started = 0;
  for (let round = 0; round < 20; round += 1) {
    await box.start().then(
      async (container) => {
        started += 1;
        await container.wait();
      },
      () => undefined,
    );
    await box.runtime.destroy(box.id, box.bundle);
  }
  isOver = true;
  await swapping;
  return started;
}

// CVE-2021-30465, CVE-2025-31133
describeWith(['root', 'launcher', 'busybox'], 'an image that changes while it is started', () => {
  test.each(['proc', 'sys', 'dev'])('gets nothing done outside by a link for /%s', async (name) => {
    await using box = await makeBox({ ...machine, args: ['true'] });
    const started = await startWhileSwapping(box, name);
    expect(started).toBeLessThanOrEqual(20);
    expect(await readdir(outside.path)).toEqual([]);
    const mounts = await readFile('/proc/self/mountinfo', 'utf8');
    expect(mounts).not.toContain(outside.path);
    expect(await cgroupsOf(box.id)).toEqual([]);
  });

  test('gets no working directory made outside', async () => {
    await using box = await makeBox({
      ...machine,
      args: ['true'],
      spec: { cwd: '/srv/work/deep' },
      prepare: async (rootfs) => mkdir(join(rootfs, 'srv')).then(() => undefined),
    });
    await startWhileSwapping(box, 'srv');
    expect(await readdir(outside.path)).toEqual([]);
  });
});

// CVE-2025-52565
describeWith(['root', 'launcher', 'busybox'], 'a console', () => {
  test('is mounted inside where /dev/console leads out', async () => {
    const victim = join(outside.path, 'victim');
    await writeFile(victim, 'untouched');
    const volume = join(outside.path, 'dev');
    await mkdir(join(volume, 'pts'), { recursive: true });
    await symlink(`/../../../../../..${victim}`, join(volume, 'console'));
    const change = (spec: RuntimeSpec): RuntimeSpec => ({
      ...spec,
      mounts: spec.mounts.flatMap((mount) =>
        mount.destination === '/dev'
          ? [{ destination: '/dev', type: 'bind', source: volume, options: ['rbind'] }]
          : [mount],
      ),
    });
    await using box = await makeBox({ ...machine, args: ['true'], spec: { terminal: true }, change });
    await box.start().then(
      async (container) => container.wait(),
      () => undefined,
    );
    expect(await readFile(victim, 'utf8')).toBe('untouched');
    expect(await readFile('/proc/self/mountinfo', 'utf8')).not.toContain(victim);
  });
});

// CVE-2019-14271
describeWith(['root', 'launcher', 'busybox'], 'a session', () => {
  const ofSystem = [
    'etc/passwd',
    'etc/group',
    'etc/nsswitch.conf',
    'etc/ld.so.preload',
    'etc/ld.so.cache',
    'lib',
    'lib64',
    'usr/lib',
  ];

  test('of a container that replaced accounts and libraries opens none of them', async () => {
    await using box = await startBox({ ...machine, args: ['sleep', '1000'] });
    for (const name of ofSystem) {
      const path = join(box.rootfs, name);
      await rm(path, { recursive: true, force: true });
      await mkdir(join(path, '..'), { recursive: true });
      // Whoever opens one waits for ever.
      await run('mkfifo', [path]);
    }
    const { stdout, status } = await box.exec(['sh', '-c', 'echo begun'], { user: { uid: 1000, gid: 1000 } });
    expect({ stdout, code: status.exitCode }).toEqual({ stdout: 'begun\n', code: 0 });
  });

  test('of a container that replaced its shell gets that, with no more rights than the container’s', async () => {
    await using box = await startBox({
      ...machine,
      args: ['sleep', '1000'],
      spec: { capabilities: { add: [], drop: ['ALL'] } },
    });
    const { capabilities } = box.spec.process;
    await rm(join(box.rootfs, 'bin/ls'));
    await writeFile(
      join(box.rootfs, 'bin/ls'),
      '#!/bin/sh\ngrep -E "^(CapEff|NoNewPrivs|Seccomp):" /proc/self/status\nls /proc/self/fd/ 2>&1 | wc -l\n',
      { mode: 0o755 },
    );
    const { stdout } = await box.exec(['ls'], { capabilities });
    expect(stdout.replaceAll(/[ \t]+/g, ' ')).toMatch(/^CapEff: 0+\nNoNewPrivs: 1\nSeccomp: 2\n/);
  });
});

describeWith(['root', 'launcher', 'busybox'], 'a configuration that is beyond measure', () => {
  const nothing = { type: 'tmpfs', source: 'tmpfs', options: ['size=4k'] };

  test.each<readonly [string, (spec: RuntimeSpec) => RuntimeSpec, string]>([
    [
      'of words',
      (spec) => ({ ...spec, process: { ...spec.process, args: ['echo', 'x'.repeat(20_000_000)] } }),
      'bytes of arguments',
    ],
    [
      'of mounts',
      (spec) => ({
        ...spec,
        mounts: [
          ...spec.mounts,
          ...Array.from({ length: 5000 }, (_, at) => ({ ...nothing, destination: `/tmp/${at}` })),
        ],
      }),
      'mounts, devices and settings',
    ],
    [
      'of a path',
      (spec) => ({ ...spec, mounts: [...spec.mounts, { ...nothing, destination: `/tmp/${'x/'.repeat(5000)}` }] }),
      'too long',
    ],
    [
      'of a name',
      (spec) => ({ ...spec, mounts: [...spec.mounts, { ...nothing, destination: `/tmp/${'x'.repeat(300)}` }] }),
      'File name too long',
    ],
    ['of a host’s name', (spec) => ({ ...spec, hostname: 'x'.repeat(5000) }), 'host name'],
    [
      'of groups',
      (spec) => ({
        ...spec,
        process: {
          ...spec.process,
          user: { uid: 0, gid: 0, additionalGids: Array.from({ length: 5000 }, (_, at) => at) },
        },
      }),
      'more than 1024 groups',
    ],
    [
      'of options',
      (spec) => ({
        ...spec,
        mounts: [...spec.mounts, { ...nothing, destination: '/tmp', options: ['x'.repeat(5000)] }],
      }),
      'too long',
    ],
  ])('%s is refused in a sentence, and nothing is left', async (_, change, words) => {
    await using box = await makeBox({ ...machine, args: ['true'], change });
    const refusal = await box.start().then(
      () => 'started',
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
    expect(refusal).toContain(words);
    expect(refusal.length).toBeLessThan(1100);
    expect(await cgroupsOf(box.id)).toEqual([]);
  });

  test('but large is started', async () => {
    const env = Array.from({ length: 2000 }, (_, at) => `NAME${at}=${'x'.repeat(50)}`);
    const { stdout } = await runBox({
      ...machine,
      args: ['sh', '-c', 'env | grep -c ^NAME'],
      spec: { env: ['PATH=/bin', ...env] },
    });
    expect(stdout).toBe('2000\n');
  });
});
