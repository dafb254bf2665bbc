import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

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
});
