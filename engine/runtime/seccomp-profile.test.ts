import { arch } from 'node:os';

import { expect, test } from 'vitest';

import type { SeccompRule } from '#engine/oci/runtime-spec.ts';

import { defaultCapabilities } from './capabilities.ts';
import { defaultSeccomp } from './seccomp-profile.ts';

function rulesFor(call: string, capabilities: readonly string[]): readonly SeccompRule[] {
  return defaultSeccomp(capabilities).syscalls.filter(({ names }) => names.includes(call));
}

function isFree(call: string, capabilities: readonly string[] = defaultCapabilities): boolean {
  return rulesFor(call, capabilities).some(({ action, args = [] }) => action === 'SCMP_ACT_ALLOW' && args.length === 0);
}

test('what isn’t named is refused', () => {
  expect(defaultSeccomp(defaultCapabilities)).toMatchObject({ defaultAction: 'SCMP_ACT_ERRNO', defaultErrnoRet: 1 });
});

test('what programs live by is allowed', () => {
  const calls = ['read', 'write', 'openat', 'execve', 'clone3', 'futex', 'epoll_wait', 'connect', 'chroot', 'ptrace'];
  expect(calls.filter((call) => call !== 'clone3' && !isFree(call))).toEqual([]);
});

test('what changes the machine needs its capability', () => {
  const pairs = [
    ['mount', 'CAP_SYS_ADMIN'],
    ['unshare', 'CAP_SYS_ADMIN'],
    ['setns', 'CAP_SYS_ADMIN'],
    ['bpf', 'CAP_SYS_ADMIN'],
    ['reboot', 'CAP_SYS_BOOT'],
    ['init_module', 'CAP_SYS_MODULE'],
    ['settimeofday', 'CAP_SYS_TIME'],
    ['open_by_handle_at', 'CAP_DAC_READ_SEARCH'],
    ['iopl', 'CAP_SYS_RAWIO'],
  ] as const;
  for (const [call, capability] of pairs) {
    expect([call, isFree(call)]).toEqual([call, false]);
    expect([call, isFree(call, [...defaultCapabilities, capability])]).toEqual([call, true]);
  }
});

test('no call that the kernel’s keys or its memory go by is ever named', () => {
  for (const call of ['add_key', 'keyctl', 'request_key', 'kexec_load', 'userfaultfd', 'nfsservctl']) {
    expect([call, rulesFor(call, defaultCapabilities)]).toEqual([call, []]);
  }
});

test('new namespaces by clone are refused, by clone3 said to be unknown', () => {
  const [clone] = rulesFor('clone', defaultCapabilities);
  expect(clone?.args).toEqual([expect.objectContaining({ index: 0, value: 0x7e02_0000, op: 'SCMP_CMP_MASKED_EQ' })]);
  const [clone3] = rulesFor('clone3', defaultCapabilities);
  expect(clone3).toMatchObject({ action: 'SCMP_ACT_ERRNO', errnoRet: 38 });
  expect(isFree('clone3', [...defaultCapabilities, 'CAP_SYS_ADMIN'])).toBe(true);
});

test('it is for this machine’s architecture and those it runs beside', () => {
  const { architectures } = defaultSeccomp([]);
  expect(architectures[0]).toBe(arch() === 'arm64' ? 'SCMP_ARCH_AARCH64' : 'SCMP_ARCH_X86_64');
  expect(architectures.length).toBeGreaterThan(1);
});

test('conditions are decided: nothing of them is left', () => {
  for (const rule of defaultSeccomp(defaultCapabilities).syscalls) {
    expect(Object.keys(rule).filter((key) => key === 'includes' || key === 'excludes')).toEqual([]);
  }
});
