import { constants } from 'node:os';
import { getSystemErrorMessage } from 'node:util';

import { expect, test } from 'vitest';

import type { RuntimeLinux, RuntimeSpec } from '#engine/oci/runtime-spec.ts';
import { busyboxPath, describeWith, launcherPath } from '#engine/testing/requires.ts';

import { runBox, type Ran } from './testing/busybox-container.ts';

const machine = { launcherPath, busyboxPath };

type Change = (spec: RuntimeSpec) => RuntimeSpec;

function linux(change: Partial<RuntimeLinux>): Change {
  return (spec) => ({ ...spec, linux: { ...spec.linux, ...change } });
}

function sh(script: string, change: Change): Promise<Ran> {
  return runBox({ ...machine, args: ['sh', '-c', script], change });
}

describeWith(['root', 'launcher', 'busybox'], 'a filter of system calls', () => {
  const rule = (action: string, errnoRet?: number): Change =>
    linux({
      seccomp: {
        defaultAction: 'SCMP_ACT_ALLOW',
        architectures: [],
        flags: ['SECCOMP_FILTER_FLAG_LOG'],
        syscalls: [{ names: ['mkdir', 'mkdirat'], action, ...(errnoRet === undefined ? {} : { errnoRet }) }],
      },
    });

  test.each([
    ['SCMP_ACT_ERRNO', constants.errno.ENOSPC, constants.errno.ENOSPC],
    ['SCMP_ACT_ERRNO', undefined, constants.errno.EPERM],
    ['SCMP_ACT_TRACE', 0, constants.errno.ENOSYS],
  ])('answers with %s %s', async (action, errno, seen) => {
    const { stderr } = await sh('mkdir /x', rule(action, errno));
    expect(stderr.toLowerCase()).toContain(getSystemErrorMessage(-seen));
  });

  test.each([
    ['SCMP_ACT_KILL', 31],
    ['SCMP_ACT_KILL_THREAD', 31],
    ['SCMP_ACT_KILL_PROCESS', 31],
    ['SCMP_ACT_TRAP', 31],
  ])('ends who calls with %s', async (action, signal) => {
    const { stdout } = await sh('mkdir /x; echo $?', rule(action));
    expect(stdout).toBe(`${128 + signal}\n`);
  });

  test.each(['SCMP_ACT_LOG', 'SCMP_ACT_ALLOW'])('lets pass with %s', async (action) => {
    expect((await sh('mkdir /x; echo $?', rule(action))).stdout).toBe('0\n');
  });

  test('compares arguments, one of several values being enough', async () => {
    const compare = (value: number): { readonly index: number; readonly value: number; readonly op: string } => ({
      index: 1,
      value,
      op: 'SCMP_CMP_EQ',
    });
    const change = linux({
      seccomp: {
        defaultAction: 'SCMP_ACT_ALLOW',
        architectures: [],
        syscalls: [{ names: ['kill'], action: 'SCMP_ACT_ERRNO', errnoRet: 28, args: [compare(10), compare(12)] }],
      },
    });
    const { stdout } = await sh('for s in 10 12 0; do kill -$s $$ 2>/dev/null; echo $?; done', change);
    expect(stdout).toBe('1\n1\n0\n');
  });

  test('with an unknown word is refused', async () => {
    await expect(sh('true', rule('SCMP_ACT_NONSENSE'))).rejects.toThrow('unknown action');
    await expect(sh('true', rule('SCMP_ACT_NOTIFY'))).rejects.toThrow('SCMP_ACT_NOTIFY');
  });
});
