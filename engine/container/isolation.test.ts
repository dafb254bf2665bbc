import { describe, expect, test } from 'vitest';

import { EngineError } from '#engine/contract/errors.ts';

import { parseDeviceRule } from './host-devices.ts';
import { checkLimits } from './resource-limits.ts';
import { swapLimit } from './runtime-resources.ts';
import { parseSecurityOptions } from './security-options.ts';
import { checkSysctls } from './sysctls.ts';
import { checkUlimits, runtimeRlimits } from './ulimits.ts';

const MEGABYTE = 1024 * 1024;

describe('limits', () => {
  test.each([
    [{ memorySwap: MEGABYTE }, 0, 'always set the Memory limit'],
    [{ memorySwap: 7 * MEGABYTE }, 8 * MEGABYTE, 'memoryswap limit should be larger'],
    [{ memoryReservation: MEGABYTE }, 0, 'memory reservation allowed is 6MB'],
    [{ memoryReservation: 9 * MEGABYTE }, 8 * MEGABYTE, 'less than memory reservation'],
    [{ memorySwappiness: 101 }, 0, 'swappiness range is 0-100'],
    [{ nanoCpus: 1e13 }, 0, 'CPUs available'],
    [{ nanoCpus: 1e8, cpuPeriod: 5000 }, 0, 'Nano CPUs and CPU Period cannot both be set'],
    [{ nanoCpus: 1e8, cpuQuota: 5000 }, 0, 'Nano CPUs and CPU Quota cannot both be set'],
    [{ cpuPeriod: 999 }, 0, 'period can not be less than 1ms'],
    [{ cpuQuota: 999 }, 0, 'quota can not be less than 1ms'],
    [{ blkioWeight: 9 }, 0, 'from 10 to 1000'],
    [{ blkioWeightDevice: [{ path: '/dev/x', weight: 1001 }] }, 0, 'from 10 to 1000'],
    [{ cpusetCpus: '0-' }, 0, 'Invalid value 0- for a cpuset'],
  ])('%j beside %i bytes of memory is refused', (limits, memory, words) => {
    expect(() => checkLimits(limits, memory)).toThrow(words);
  });

  test('that hold together are taken', () => {
    const limits = {
      memorySwap: -1,
      memoryReservation: 7 * MEGABYTE,
      cpuPeriod: 50_000,
      cpuQuota: -1,
      cpusetMems: '0',
    };
    expect(() => checkLimits(limits, 8 * MEGABYTE)).not.toThrow();
  });
});

test.each([
  [{}, undefined, true, undefined],
  [{}, 64 * MEGABYTE, true, 128 * MEGABYTE],
  [{}, 64 * MEGABYTE, false, undefined],
  [{ memorySwap: -1 }, 64 * MEGABYTE, true, -1],
  [{ memorySwap: 70 * MEGABYTE }, 64 * MEGABYTE, false, 70 * MEGABYTE],
])(
  '%j of memory and swap beside %j bytes of memory, where swap can be limited (%s)',
  (limits, memory, isLimited, swap) => {
    expect(swapLimit(limits, memory, isLimited)).toBe(swap);
  },
);

describe('kernel settings', () => {
  const own = { network: 'default' };

  test.each(['net.ipv4.ip_forward', 'net.core.somaxconn', 'kernel.shmmax', 'kernel.sem', 'fs.mqueue.msg_max'])(
    "%s is a container's own",
    (name) => expect(() => checkSysctls({ [name]: '1' }, own)).not.toThrow(),
  );

  test.each([
    'kernel.core_pattern',
    'kernel.hostname',
    'vm.swappiness',
    'fs.file-max',
    'net',
    'net./../../kernel/core_pattern',
    'net...kernel.core_pattern',
    'net/ipv4/../../kernel/core_pattern',
  ])('%s is not', (name) => {
    expect(() => checkSysctls({ [name]: '1' }, own)).toThrow(`sysctl '${name}' is not allowed`);
  });

  test("nor what is the machine's for one that shares it", () => {
    expect(() => checkSysctls({ 'net.core.somaxconn': '1' }, { network: 'host' })).toThrow('host network namespace');
    expect(() => checkSysctls({ 'kernel.sem': '1' }, { ...own, ipc: 'host' })).toThrow('host ipc namespace');
    expect(() => checkSysctls({ 'kernel.sem': '1' }, { ...own, ipc: 'container:x' })).toThrow(
      "another's ipc namespace",
    );
  });
});

describe('ulimits', () => {
  test('are resource limits', () => {
    expect(runtimeRlimits([{ name: 'nofile', soft: 10, hard: 20 }])).toEqual([
      { type: 'RLIMIT_NOFILE', soft: 10, hard: 20 },
    ]);
    expect(runtimeRlimits([{ name: 'core', soft: -1, hard: -1 }])).toEqual([
      { type: 'RLIMIT_CORE', soft: 2 ** 64, hard: 2 ** 64 },
    ]);
  });

  test.each([
    [{ name: 'colour', soft: 1, hard: 1 }, 'invalid ulimit type: colour'],
    [{ name: 'nofile', soft: 3, hard: 2 }, 'soft limit must be less than or equal to hard limit: 3 > 2'],
    [{ name: 'nofile', soft: -1, hard: 2 }, 'soft limit must be less than or equal'],
  ])('%j is refused', (ulimit, words) => {
    expect(() => checkUlimits([ulimit])).toThrow(words);
  });
});

describe('security options', () => {
  test('are read in either spelling', () => {
    expect(parseSecurityOptions(['no-new-privileges', 'seccomp=unconfined', 'label=disable'])).toEqual({
      noNewPrivileges: true,
      seccomp: 'unconfined',
      labels: ['disable'],
    });
    expect(parseSecurityOptions(['no-new-privileges:false', 'apparmor:unconfined'])).toEqual({
      noNewPrivileges: false,
      apparmor: 'unconfined',
      labels: [],
    });
  });

  test.each([
    ['sandbox=yes', 'invalid --security-opt 2: "sandbox=yes"'],
    ['no-new-privileges=maybe', 'it is true or false'],
    ['seccomp={', 'Decoding seccomp profile failed: it is no JSON'],
    ['seccomp={"defaultAction":1}', 'Decoding seccomp profile failed: defaultAction'],
    ['seccomp=[]', 'Decoding seccomp profile failed'],
  ])('%s is refused', (option, words) => {
    expect(() => parseSecurityOptions([option])).toThrow(words);
  });
});

test('a rule for devices', () => {
  expect(parseDeviceRule('c 10:* rw')).toEqual({ allow: true, type: 'c', major: 10, access: 'rw' });
  expect(parseDeviceRule('a *:* rwm')).toEqual({ allow: true, type: 'a', access: 'rwm' });
  expect(() => parseDeviceRule('c 10 rwm\nallow all')).toThrow(EngineError);
});
