import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { busyboxPath, describeWith, sanitizedLauncherPath } from '#engine/testing/requires.ts';
import { temporaryDirectory, type TemporaryDirectory } from '#engine/testing/temporary-directory.ts';

import { collect, Listener, runBox, startBox } from './testing/busybox-container.ts';

const machine = { launcherPath: sanitizedLauncherPath, busyboxPath };

/** The same launcher under the address and undefined-behaviour sanitizers, whose findings are files. */
describeWith(['root', 'sanitized launcher', 'busybox'], 'the launcher under the sanitizers', () => {
  let reports: TemporaryDirectory;

  beforeEach(async () => {
    reports = await temporaryDirectory('sanitizers');
    const path = join(reports.path, 'report');
    // A shim ends by leaving: what it still holds then is no leak.
    process.env['ASAN_OPTIONS'] = `log_path=${path}:detect_leaks=0`;
    process.env['UBSAN_OPTIONS'] = `log_path=${path}:print_stacktrace=1`;
  });

  afterEach(async () => {
    delete process.env['ASAN_OPTIONS'];
    delete process.env['UBSAN_OPTIONS'];
    const names = await readdir(reports.path);
    const found = await Promise.all(names.map((name) => readFile(join(reports.path, name), 'utf8')));
    await reports[Symbol.asyncDispose]();
    expect(found).toEqual([]);
  });

  test('starts, and says how it ended', async () => {
    expect(await runBox({ ...machine, args: ['sh', '-c', 'echo out; echo err >&2; exit 4'] })).toMatchObject({
      stdout: 'out\n',
      stderr: 'err\n',
      status: { exitCode: 4 },
    });
  });

  test('carries much, both ways, to many', async () => {
    await using box = await startBox({
      ...machine,
      args: ['cat'],
      request: { openStdin: true, stdinOnce: true },
    });
    await using first = await box.container.attach({ replay: true, stdin: true });
    await using second = await box.container.attach({ replay: true, stdin: false });
    const heard = Promise.all([collect(first), collect(second)]);
    for (let round = 0; round < 20; round += 1) await first.write(Buffer.alloc(100_000, String(round % 10)));
    await first.endInput();
    expect((await heard).map(({ stdout }) => stdout.length)).toEqual([2_000_000, 2_000_000]);
  });

  test('holds sessions and terminals, and refuses what can’t be', async () => {
    await using box = await startBox({ ...machine, args: ['sleep', '1000'], spec: { terminal: true } });
    const ran = await Promise.all(Array.from({ length: 30 }, (_, index) => box.exec(['echo', String(index)])));
    expect(ran.map(({ stdout }) => stdout)).toEqual(Array.from({ length: 30 }, (_, index) => `${index}\n`));
    await expect(box.exec(['nothing-such'])).rejects.toMatchObject({ code: 'not-found' });
    const shell = await box.startExec(['sh'], { terminal: true }, true);
    await using client = await shell.attach({ replay: true, stdin: true });
    await shell.resize({ columns: 100, rows: 50 });
    await client.write(Buffer.from('stty size; exit 6\n'));
    await new Listener(client).until('50 100\r\n');
    expect(await shell.wait()).toMatchObject({ exitCode: 6 });
    await box.container.resize({ columns: 10, rows: 10 });
    await box.container.signal(9);
    expect(await box.container.wait()).toMatchObject({ signal: 9 });
  });

  test('forgets a hundred sessions', async () => {
    await using box = await startBox({ ...machine, args: ['sleep', '1000'] });
    for (let round = 0; round < 12; round += 1) {
      await Promise.all(Array.from({ length: 10 }, () => box.exec(['true'])));
    }
    expect((await box.exec(['echo', 'still here'])).stdout).toBe('still here\n');
  });

  test('performs what is done outside, in another’s namespaces and before the program', async () => {
    const ids = [{ containerID: 0, hostID: 100_000, size: 65_536 }];
    const hook = [{ path: '/bin/sh', args: ['sh', '-c', 'cat > /dev/null'] }];
    const { stdout } = await runBox({
      ...machine,
      args: ['sh', '-c', 'id -u; cat /srv/file; ls /data'],
      prepare: async (rootfs) => {
        await mkdir(join(rootfs, 'srv/deep'), { recursive: true });
        await writeFile(join(rootfs, 'srv/file'), 'copied\n');
        await promisify(execFile)('chown', ['-R', '-h', '100000:100000', rootfs]);
      },
      change: (spec) => ({
        ...spec,
        hooks: { prestart: hook, createContainer: hook, startContainer: hook },
        mounts: [
          ...spec.mounts,
          { destination: '/srv', type: 'tmpfs', source: 'tmpfs', options: ['tmpcopyup'] },
          { destination: '/data', type: 'bind', source: reports.path, options: ['rbind', 'rro', 'idmap'] },
        ],
        linux: {
          ...spec.linux,
          uidMappings: ids,
          gidMappings: ids,
          timeOffsets: { monotonic: { secs: 5 } },
          namespaces: [...spec.linux.namespaces, { type: 'user' }, { type: 'time' }],
        },
      }),
    });
    expect(stdout).toBe('0\ncopied\n');
  });
});
