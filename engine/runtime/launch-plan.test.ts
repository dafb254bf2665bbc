import { expect, test } from 'vitest';

import type { RuntimeProcess, RuntimeSpec } from '#engine/oci/runtime-spec.ts';

import type { CgroupLayout } from './cgroups.ts';
import { defaultSpec } from './default-spec.ts';
import type { Step } from './encode-plan.ts';
import { launchPlan, sessionPlan, type LaunchSurroundings } from './launch-plan.ts';
import type { Operation } from './operations.ts';

const cgroups: CgroupLayout = {
  mode: 'hybrid',
  hierarchies: [
    { name: 'memory', type: 'cgroup', options: ['memory'] },
    { name: 'systemd', type: 'cgroup', options: ['name=systemd'] },
    { name: 'unified', type: 'cgroup2', options: [] },
  ],
  dirs: ['memory', 'systemd', 'unified'].map((name) => `/sys/fs/cgroup/${name}/x`),
  oomFiles: ['/sys/fs/cgroup/memory/x/memory.oom_control'],
};

const around: LaunchSurroundings = {
  rootfs: '/bundle/rootfs',
  root: { type: 'overlay', lower: ['/top', '/base'], upper: '/upper', work: '/work' },
  cgroups,
  filter: Uint8Array.of(1),
  openStdin: true,
  stdinOnce: false,
  holdOutput: false,
};

const spec = defaultSpec({
  args: ['sh', '-c', 'true'],
  env: ['A=b'],
  cwd: '/srv',
  user: { uid: 1000, gid: 100, additionalGids: [7] },
  terminal: false,
  hostname: 'box',
  cgroupsPath: '/estrato/x',
  readonlyRootfs: true,
  network: 'none',
});

function withProcess(change: Partial<RuntimeProcess>): RuntimeSpec {
  return { ...spec, process: { ...spec.process, ...change } };
}

function placeOf(steps: readonly Step[], operation: Operation): number {
  const place = steps.findIndex((step) => step.operation === operation);
  if (place < 0) throw new Error(`There is no step ${operation}.`);
  return place;
}

function argsOf(steps: readonly Step[], operation: Operation): readonly unknown[] {
  return steps[placeOf(steps, operation)]?.args ?? [];
}

test('the order is the one that is safe', () => {
  const order: readonly Operation[] = [
    'shim',
    'cgroup',
    'unshare',
    'propagation',
    'rootOverlay',
    'mount',
    'device',
    'symlink',
    'directory',
    'readonly',
    'mask',
    'enterRoot',
    'rootReadonly',
    'hostname',
    'loopback',
    'bounding',
    'user',
    'capabilities',
    'noNewPrivileges',
    'seccomp',
    'environment',
    'exec',
  ];
  const steps = launchPlan(spec, around);
  // The cgroup's mounts end in a step of that name too; here it is the one for the paths of proc.
  const places = order.map((operation) =>
    operation === 'readonly' ? steps.findLastIndex((step) => step.operation === 'readonly') : placeOf(steps, operation),
  );
  expect(places).toEqual(places.toSorted((one, other) => one - other));
  expect(steps.at(-1)).toEqual({ operation: 'exec', args: ['sh', '-c', 'true'] });
});

test('sysctls come before what makes them read-only', () => {
  const steps = launchPlan({ ...spec, linux: { ...spec.linux, sysctl: { 'net.x': '1' } } }, around);
  expect(argsOf(steps, 'sysctl')).toEqual(['net.x', '1']);
  expect(placeOf(steps, 'sysctl')).toBeLessThan(steps.findLastIndex(({ operation }) => operation === 'readonly'));
});

test('the cgroup namespace is made once the cgroups are joined, the others at birth', () => {
  const steps = launchPlan(spec, around);
  expect(argsOf(steps, 'unshare')).toEqual([0x0200_0000]);
  expect(argsOf(steps, 'shim')[3]).toBe(0x0002_0000 | 0x0400_0000 | 0x0800_0000 | 0x2000_0000 | 0x4000_0000);
  expect(argsOf(steps, 'shim').slice(5)).toEqual([0, 1, 0, ...cgroups.oomFiles]);
});

test('a namespace that is there already is entered, and the others are made once it is', () => {
  const namespaces = [
    { type: 'mount' as const },
    { type: 'pid' as const },
    { type: 'network' as const, path: '/run/netns/x' },
  ];
  const steps = launchPlan({ ...spec, linux: { ...spec.linux, namespaces } }, around);
  expect(argsOf(steps, 'shim')[3]).toBe(0);
  expect(argsOf(steps, 'enter')).toEqual([0x4000_0000, '/run/netns/x']);
  expect(argsOf(steps, 'unshare')).toEqual([0x2002_0000]);
  const order = (['cgroup', 'enter', 'unshare', 'child', 'propagation'] as const).map((name) => placeOf(steps, name));
  expect(order).toEqual(order.toSorted((one, other) => one - other));
  expect(steps.some(({ operation }) => operation === 'loopback')).toBe(false);
});

test('the root is an overlay, top layer first, or a bind', () => {
  expect(argsOf(launchPlan(spec, around), 'rootOverlay')).toEqual([
    '/bundle/rootfs',
    '/upper',
    '/work',
    '/top',
    '/base',
  ]);
  const bound = launchPlan(spec, { ...around, root: { type: 'bind', source: '/tree' } });
  expect(argsOf(bound, 'rootBind')).toEqual(['/bundle/rootfs', '/tree', false]);
});

test('mount options are attributes, nothing, or the file system’s own', () => {
  const mounts = [
    { type: 'tmpfs', destination: '/t', source: 'tmpfs', options: ['rw', 'nosuid', 'noexec', 'size=1m', 'defaults'] },
    { type: 'bind', destination: '/r', source: '/host', options: ['rbind', 'ro', 'rprivate'] },
    { type: 'bind', destination: '/n', source: '/there', options: [], namespace: '/proc/7/ns/mnt' },
    { type: 'bind', destination: '/b', source: '/host', options: ['slave'], subpath: 'a/b' },
  ];
  const steps = launchPlan({ ...spec, mounts }, around);
  expect(argsOf(steps, 'mount')).toEqual(['/t', 'tmpfs', 'tmpfs', 2 | 8, 0, false, 'size=1m']);
  const binds = steps.filter(({ operation }) => operation === 'bind').map(({ args }) => args);
  expect(binds).toEqual([
    ['/r', '/host', true, 0, 0, 1, 0, 0x4_0000, true, false, '', '', false, '', ''],
    // Outside, in the mount namespace that it is in.
    ['/n', '/there', false, 0, 0, 0, 0, 0x4_0000, true, true, '', '', false, '', '/proc/7/ns/mnt'],
    ['/b', '/host', false, 0, 0, 0, 0, 0x8_0000, false, false, '', '', false, 'a/b', ''],
  ]);
});

test('control groups are mounted as the machine has them', () => {
  const mounts = (layout: CgroupLayout): readonly (readonly unknown[])[] => {
    const cgroup = spec.mounts.filter(({ type }) => type === 'cgroup');
    const steps = launchPlan({ ...spec, mounts: cgroup }, { ...around, cgroups: layout });
    return steps.filter(({ operation }) => operation === 'mount').map(({ args }) => args);
  };
  expect(mounts(cgroups)).toEqual([
    ['/sys/fs/cgroup', 'tmpfs', 'cgroup', 2 | 4 | 8, 0, false, 'mode=755'],
    ['/sys/fs/cgroup/memory', 'cgroup', 'cgroup', 15, 0, false, 'memory'],
    ['/sys/fs/cgroup/systemd', 'cgroup', 'cgroup', 15, 0, false, 'name=systemd'],
    ['/sys/fs/cgroup/unified', 'cgroup2', 'cgroup', 15, 0, false],
  ]);
  expect(mounts({ ...cgroups, mode: 'v2' })).toEqual([['/sys/fs/cgroup', 'cgroup2', 'cgroup', 15, 0, false]]);
  expect(mounts({ ...cgroups, mode: 'none' })).toEqual([]);
});

test('seccomp is last, unless new privileges are to be had: then it needs what is given away next', () => {
  const steps = launchPlan(withProcess({ noNewPrivileges: false }), around);
  expect(placeOf(steps, 'seccomp')).toBeLessThan(placeOf(steps, 'bounding'));
  expect(steps.some(({ operation }) => operation === 'noNewPrivileges')).toBe(false);
});

test('the working directory is tried as root, then as the user', () => {
  const steps = launchPlan(spec, around);
  const tries = steps.flatMap(({ operation, args }, place) => (operation === 'chdir' ? [{ place, args }] : []));
  expect(tries.map(({ args }) => args)).toEqual([
    ['/srv', true],
    ['/srv', false],
  ]);
  const user = placeOf(steps, 'user');
  expect(tries.map(({ place }) => place < user)).toEqual([true, false]);
});

test('a terminal is the container’s own, of the size that is asked for', () => {
  const steps = launchPlan(withProcess({ terminal: true, consoleSize: { width: 80, height: 24 } }), around);
  expect(argsOf(steps, 'terminal')).toEqual([24, 80, true, 1000]);
  expect(placeOf(steps, 'terminal')).toBeGreaterThan(placeOf(steps, 'enterRoot'));
});

test('resource limits go by the kernel’s numbers', () => {
  const limit = { type: 'RLIMIT_NOFILE', soft: 10, hard: 20 };
  expect(argsOf(launchPlan(withProcess({ rlimits: [limit] }), around), 'rlimit')).toEqual([
    7,
    10n,
    20n,
    'RLIMIT_NOFILE',
  ]);
  const none = { ...limit, soft: 1, hard: 2 ** 64 };
  expect(argsOf(launchPlan(withProcess({ rlimits: [none] }), around), 'rlimit')[2]).toBe(2n ** 64n - 1n);
  expect(() => launchPlan(withProcess({ rlimits: [{ ...limit, type: 'RLIMIT_LUCK' }] }), around)).toThrow(
    'There is no resource limit RLIMIT_LUCK',
  );
});

test('users and groups come with their umask', () => {
  expect(argsOf(launchPlan(spec, around), 'user')).toEqual([1000, 100, 0o022, 7]);
});

test('a session joins the cgroups, then every namespace, and ends as the container’s own program does', () => {
  const steps = sessionPlan(spec.process, { ...around, spec, id: 'e1' });
  expect(steps.slice(0, 4)).toEqual([
    { operation: 'session', args: ['e1', false, true] },
    {
      operation: 'cgroup',
      args: ['memory/x/tasks', 'systemd/x/tasks', 'unified/x/cgroup.procs'].map((file) => `/sys/fs/cgroup/${file}`),
    },
    { operation: 'keyring', args: [] },
    { operation: 'join', args: [0x0002_0000 | 0x0200_0000 | 0x0400_0000 | 0x0800_0000 | 0x2000_0000 | 0x4000_0000] },
  ]);
  const own = launchPlan(spec, around);
  expect(steps.slice(4)).toEqual(own.slice(placeOf(own, 'bounding')));
});
