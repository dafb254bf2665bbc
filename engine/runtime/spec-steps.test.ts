import { expect, test } from 'vitest';

import type { RuntimeLinux, RuntimeProcess, RuntimeSpec } from '#engine/oci/runtime-spec.ts';

import { defaultSpec } from './default-spec.ts';
import { hookSteps } from './hooks.ts';
import { mountSteps } from './mount-steps.ts';
import { birthFlags, namespaceSteps } from './namespace-steps.ts';
import { refuseForeign } from './refuse-foreign.ts';
import { affinitySteps, schedulingSteps } from './scheduling-steps.ts';
import { seccompFlags } from './seccomp-steps.ts';
import { sysctlSteps } from './sysctls.ts';

const spec = defaultSpec({
  args: ['true'],
  env: [],
  cwd: '/',
  user: { uid: 0, gid: 0 },
  terminal: false,
  hostname: 'box',
  cgroupsPath: '/estrato/x',
  readonlyRootfs: false,
  network: 'none',
});

const maps = {
  uidMappings: [{ containerID: 0, hostID: 1000, size: 10 }],
  gidMappings: [{ containerID: 0, hostID: 2000, size: 20 }],
};

function linux(change: Partial<RuntimeLinux>): RuntimeLinux {
  return { namespaces: [{ type: 'mount' }], ...change };
}

test('a user namespace is born with the process, and its ids come from outside', () => {
  const own = linux({ namespaces: [{ type: 'mount' }, { type: 'user' }, { type: 'cgroup' }], ...maps });
  expect(birthFlags(own)).toBe(0x1002_0000);
  expect(namespaceSteps(own)).toEqual([
    { operation: 'idMaps', args: ['0 1000 10\n', '0 2000 20\n'] },
    { operation: 'unshare', args: [0x0200_0000] },
  ]);
});

test('what is entered with the host’s rights is entered before they are lost', () => {
  const steps = namespaceSteps(
    linux({ namespaces: [{ type: 'user' }, { type: 'mount' }, { type: 'ipc', path: '/ns/ipc' }], ...maps }),
  );
  expect(steps.map(({ operation }) => operation)).toEqual(['enter', 'unshare', 'unshare', 'idMaps']);
});

test('clocks are set before anybody lives by them', () => {
  const own = linux({
    namespaces: [{ type: 'mount' }, { type: 'time' }],
    timeOffsets: { boottime: { secs: 7 }, monotonic: { nanosecs: 5 } },
  });
  expect(birthFlags(own)).toBe(0);
  expect(namespaceSteps(own).slice(1)).toEqual([
    { operation: 'writeSelf', args: ['timens_offsets', 'boottime 7 0\nmonotonic 0 5\n'] },
    { operation: 'child', args: [] },
  ]);
});

test.each<readonly [RuntimeLinux, string]>([
  [linux({ namespaces: [] }), 'without a mount namespace'],
  [linux({ namespaces: [{ type: 'mount' }, { type: 'ipc' }, { type: 'ipc' }] }), 'ipc is named twice'],
  [linux({ namespaces: [{ type: 'mount' }, { type: 'user' }] }), 'needs a map'],
  [linux(maps), 'only in a user namespace'],
  [linux({ timeOffsets: {} }), 'only in a new time namespace'],
])('what can’t be one container’s namespaces is refused: %#', (own, words) => {
  expect(() => namespaceSteps(own)).toThrow(words);
});

test('settings are a namespace’s own, or refused', () => {
  const set = (name: string, own: Partial<RuntimeLinux> = {}): unknown =>
    sysctlSteps({ ...spec.linux, ...own, sysctl: { [name]: '1' } })[0]?.args;
  for (const name of [
    'net.ipv4.ip_forward',
    'net/ipv4/conf/eth0.100/forwarding',
    'kernel.shmmax',
    'fs.mqueue.msg_max',
  ]) {
    expect(set(name)).toEqual([name, '1']);
  }
  for (const name of [
    'kernel.core_pattern',
    'vm.swappiness',
    'net',
    'net/../kernel/core_pattern',
    '',
    'fs.file-max',
    '.net.x',
  ]) {
    expect(() => set(name)).toThrow('not in a separate kernel namespace');
  }
  expect(() => set('net.ipv4.ip_forward', { namespaces: [{ type: 'mount' }] })).toThrow(
    'not in a separate kernel namespace',
  );
});

test('how the kernel runs the program goes by its own numbers', () => {
  const process: RuntimeProcess = {
    ...spec.process,
    ioPriority: { class: 'IOPRIO_CLASS_IDLE', priority: 3 },
    scheduler: { policy: 'SCHED_BATCH', nice: -5, flags: ['SCHED_FLAG_RESET_ON_FORK', 'SCHED_FLAG_KEEP_PARAMS'] },
  };
  const steps = schedulingSteps(process, {
    ...spec.linux,
    personality: { domain: 'LINUX32' },
    memoryPolicy: { mode: 'MPOL_BIND', nodes: '0,2', flags: ['MPOL_F_STATIC_NODES'] },
  });
  expect(steps.map(({ operation, args }) => [operation, ...args])).toEqual([
    ['personality', 8],
    ['ioPriority', 3, 3],
    ['scheduler', 3, 0x11, 15, 0, 0, 0, 0],
    ['memoryPolicy', 2 | (1 << 15), Uint8Array.of(5, 0, 0, 0, 0, 0, 0, 0)],
  ]);
});

test('processors are a list of numbers and ranges', () => {
  const bits = (list: string): unknown => affinitySteps(list)[0]?.args[0];
  expect(bits('0-2, 7')).toEqual(Uint8Array.of(0x87, 0, 0, 0, 0, 0, 0, 0));
  expect(bits('65')).toEqual(Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0));
  expect(affinitySteps(' ')).toEqual([]);
  for (const list of ['a', '3-1', '-1', '1-', '0-99999999', '1;2']) {
    expect(() => affinitySteps(list)).toThrow('is no list of processors');
  }
});

test('what isn’t performed is refused by name', () => {
  const refused: readonly (readonly [Partial<RuntimeLinux>, string])[] = [
    [{ intelRdt: {} }, 'linux.intelRdt'],
    [{ netDevices: { eth0: {} } }, 'linux.netDevices'],
  ];
  for (const [change, words] of refused) {
    expect(() => refuseForeign({ ...spec, linux: { ...spec.linux, ...change } })).toThrow(words);
  }
  expect(() => refuseForeign({ ...spec, linux: { ...spec.linux, netDevices: {} } })).not.toThrow();
  const flags = ['SECCOMP_FILTER_FLAG_LOG', 'SECCOMP_FILTER_FLAG_SPEC_ALLOW'];
  const profile = { defaultAction: 'SCMP_ACT_ALLOW', architectures: [], syscalls: [] };
  expect(seccompFlags({ ...profile, flags })).toBe(6);
  expect(() => seccompFlags({ ...profile, flags: ['toString'] })).toThrow('no flag of a seccomp filter');
});

test('a hook gets the state of its container, with room for the process', () => {
  const hooked: RuntimeSpec = {
    ...spec,
    annotations: { note: '"pid":0' },
    hooks: { createRuntime: [{ path: '/bin/hook', args: ['hook', 'a'], env: ['A=b'], timeout: 3 }] },
  };
  const [hook] = hookSteps('createRuntime', hooked, { id: '"pid":0', bundle: '/b' });
  const [kind, isOutside, seconds, before, after, ...rest] = hook?.args ?? [];
  expect([kind, isOutside, seconds, ...rest]).toEqual(['createRuntime', true, 3, '/bin/hook', 2, 'hook', 'a', 'A=b']);
  expect(JSON.parse(`${String(before)}42${String(after)}`)).toEqual({
    ociVersion: '1.2.0',
    id: '"pid":0',
    status: 'creating',
    pid: 42,
    bundle: '/b',
    annotations: { note: '"pid":0' },
  });
});

test('a mount of other owners says which, and is opened outside', () => {
  const mounts = [{ destination: '/m', type: 'bind', source: '/s', options: ['rbind', 'idmap'] }];
  const cgroups = { mode: 'none', hierarchies: [], dirs: [], procs: [], oomFiles: [] } as const;
  const own = { ...spec, mounts, linux: linux({ namespaces: [{ type: 'mount' }, { type: 'user' }], ...maps }) };
  expect(mountSteps(own, cgroups)[0]?.args.slice(7)).toEqual([
    0x4_0000,
    true,
    true,
    '0 1000 10\n',
    '0 2000 20\n',
    false,
    '',
    '',
  ]);
  expect(() => mountSteps({ ...own, linux: linux({}) }, cgroups)).toThrow('no map says which');
  const fresh = [{ destination: '/m', type: 'tmpfs', source: 'tmpfs', options: ['idmap'] }];
  expect(() => mountSteps({ ...own, mounts: fresh }, cgroups)).toThrow('Only a bind mount');
});
