import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { expect, test } from 'vitest';

import type { RuntimeHook } from '#engine/oci/runtime-spec.ts';
import { busyboxPath, describeWith } from '#engine/testing/requires.ts';

import { makeOciBox, shellSpec } from './testing/oci-box.ts';

const run = promisify(execFile);
const kinds = ['prestart', 'createRuntime', 'createContainer', 'poststart', 'poststop'] as const;

describeWith(['root', 'launcher', 'busybox'], 'hooks of the OCI command line', () => {
  test('are called at create, start and delete, with the status of then', async () => {
    await using box = await makeOciBox({ busyboxPath, script: '' });
    const notes = box.path('notes');
    const hook = (kind: string): RuntimeHook => ({
      path: '/bin/sh',
      args: ['sh', '-c', `{ echo ${kind}; grep -o '"status":"[a-z]*"'; } >> ${notes}`],
      env: ['PATH=/bin:/usr/bin'],
    });
    const startContainer = [{ path: '/bin/sh', args: ['sh', '-c', 'grep -o \'"status":"[a-z]*"\' >> /notes'] }];
    await box.configure({
      ...shellSpec('echo x >> /notes; sleep 1000'),
      hooks: { startContainer, ...Object.fromEntries(kinds.map((kind) => [kind, [hook(kind)]])) },
    });
    const noted = async (): Promise<readonly string[]> => (await readFile(notes, 'utf8')).trim().split('\n');
    const inside = (): Promise<string> => readFile(join(box.bundle, 'rootfs/notes'), 'utf8');

    expect((await box.leave('create', 'one')).stderr).toBe('');
    const creating = kinds.slice(0, 3).flatMap((kind) => [kind, '"status":"creating"']);
    expect(await noted()).toEqual(creating);
    await expect(inside()).rejects.toThrow('ENOENT');
    await box.run('start', 'one');
    expect(await noted()).toEqual([...creating, 'poststart', '"status":"running"']);
    await expect.poll(inside).toBe('"status":"created"\nx\n');
    await box.run('delete', '--force', 'one');
    expect((await noted()).slice(-2)).toEqual(['poststop', '"status":"stopped"']);
  });

  test('after the end are called by the next delete, where the first was killed before they had ended', async () => {
    await using box = await makeOciBox({ busyboxPath, script: 'sleep 1000' });
    const notes = box.path('notes');
    const waits = box.path('waits');
    await run('mkfifo', [waits]);
    // The first call stands at the FIFO; those after it find that somebody has been there.
    const words = `echo called >> ${notes}; [ $(wc -l < ${notes}) -gt 1 ] || read line < ${waits}; echo done >> ${notes}`;
    const poststop = [{ path: '/bin/sh', args: ['sh', '-c', words], env: ['PATH=/bin:/usr/bin'] }];
    await box.configure({ ...shellSpec('sleep 1000'), hooks: { poststop } });
    await box.leave('create', 'one');
    await box.run('start', 'one');

    const first = box.begin('delete', '--force', 'one');
    // Opens once the hook reads: it is in the middle.
    await using hook = await open(waits, 'w');
    first.kill('SIGKILL');
    await once(first, 'exit');
    expect((await box.state('one'))['status']).toBe('stopped');
    expect(await box.run('delete', 'one')).toMatchObject({ code: 0, stderr: '' });
    expect(await readFile(notes, 'utf8')).toBe('called\ncalled\ndone\n');
    expect((await box.run('state', 'one')).stderr).toContain('one');
    await hook.write('go on\n');
    await expect.poll(() => readFile(notes, 'utf8')).toBe('called\ncalled\ndone\ndone\n');
  });

  test('that fail after the start are told and end nothing; before it they end it', async () => {
    const failing = [{ path: '/bin/sh', args: ['sh', '-c', 'echo no luck >&2; exit 3'] }];
    await using box = await makeOciBox({
      busyboxPath,
      script: 'sleep 1000',
      change: (spec) => ({ ...spec, hooks: { poststart: failing } }),
    });
    expect((await box.leave('create', 'one')).code).toBe(0);
    const started = await box.run('start', 'one');
    expect(started).toMatchObject({ code: 0 });
    expect(started.stderr).toContain('the poststart hook /bin/sh failed with exit code 3: no luck');
    expect((await box.state('one'))['status']).toBe('running');

    await using other = await makeOciBox({
      busyboxPath,
      script: 'sleep 1000',
      change: (spec) => ({ ...spec, hooks: { startContainer: failing } }),
    });
    expect((await other.leave('create', 'two')).code).toBe(0);
    const { stderr } = await other.run('start', 'two');
    expect(stderr).toContain('the startContainer hook /bin/sh failed with exit code 3: no luck');
  });
});
