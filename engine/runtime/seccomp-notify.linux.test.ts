import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { expect, test } from 'vitest';
import { z } from 'zod';

import type { RuntimeSpec, SeccompProfile } from '#engine/oci/runtime-spec.ts';
import { busyboxPath, describeWith, launcherPath } from '#engine/testing/requires.ts';
import { temporaryDirectory, type TemporaryDirectory } from '#engine/testing/temporary-directory.ts';
import { WatchedProcess } from '#engine/testing/watched-process.ts';

import { startBox, type Box } from './testing/busybox-container.ts';

const run = promisify(execFile);
const source = fileURLToPath(new URL('testing/seccomp-supervisor.c', import.meta.url));

const processState = z.object({
  ociVersion: z.string(),
  fds: z.tuple([z.literal('seccompFd')]),
  pid: z.int(),
  metadata: z.string(),
  state: z.object({ id: z.string(), status: z.string(), pid: z.int(), bundle: z.string() }),
});

async function supervisorIn(scratch: TemporaryDirectory): Promise<{ process: WatchedProcess; socket: string }> {
  const [program, socket] = [join(scratch.path, 'supervisor'), join(scratch.path, 'socket')];
  await run('gcc', ['-O1', '-static', '-o', program, source]);
  const process = new WatchedProcess(program, [socket], {});
  await process.until(/ready\n/);
  return { process, socket };
}

function boxWith(profile: Partial<SeccompProfile>, args: readonly string[]): Promise<Box> {
  const seccomp = {
    defaultAction: 'SCMP_ACT_ALLOW',
    architectures: [],
    syscalls: [{ names: ['mkdir'], action: 'SCMP_ACT_NOTIFY' }],
    ...profile,
  };
  return startBox({
    launcherPath,
    busyboxPath,
    args,
    change: (spec: RuntimeSpec) => ({ ...spec, linux: { ...spec.linux, seccomp } }),
  });
}

describeWith(['root', 'launcher', 'busybox', 'x64 compiler'], 'a supervisor of system calls', () => {
  test('is handed what is asked about, with the state of the process, and answers', async () => {
    await using scratch = await temporaryDirectory('notify');
    const { process, socket } = await supervisorIn(scratch);
    await using _supervisor = process;
    await using box = await boxWith({ listenerPath: socket, listenerMetadata: 'words "of" its own' }, [
      'sleep',
      '1000',
    ]);
    const [line = ''] = await process.until(/\{.*\}/);
    const told = processState.parse(JSON.parse(line));
    const { pid } = box.container;
    expect(told).toMatchObject({ pid, metadata: 'words "of" its own', state: { status: 'creating', pid } });
    expect(told.state.bundle).toBe(box.bundle);
    const { stderr } = await box.exec(['mkdir', '/x']);
    expect(stderr).toContain('No medium found');
    const [other = ''] = await process.until(/\{.*\}/);
    const second = processState.parse(JSON.parse(other));
    expect(second.state).toMatchObject({ status: 'running', pid });
    expect(second.pid).not.toBe(pid);
  });

  test('that isn’t there is the start’s failure', async () => {
    await using scratch = await temporaryDirectory('notify');
    const listenerPath = join(scratch.path, 'nobody');
    await expect(boxWith({ listenerPath }, ['true'])).rejects.toThrow(`hand the system calls over to ${listenerPath}`);
  });

  test.each([
    [{}, 'needs a listenerPath'],
    [{ listenerPath: 'relative' }, 'needs a listenerPath'],
    [{ listenerPath: '/s', syscalls: [{ names: ['sendmsg'], action: 'SCMP_ACT_NOTIFY' }] }, 'not for sendmsg'],
    [{ listenerPath: '/s', defaultAction: 'SCMP_ACT_NOTIFY' }, 'that are named'],
  ])('that can’t be, %j, is refused', async (profile, sentence) => {
    await expect(boxWith(profile, ['true'])).rejects.toThrow(sentence);
  });
});
