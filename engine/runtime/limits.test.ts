import { expect, test } from 'vitest';

import type { RuntimeResources } from '#engine/oci/runtime-spec.ts';

import { controllersFor, limitsOfV1 } from './limits-v1.ts';
import { limitsOfV2 } from './limits-v2.ts';

const everyController = [
  'memory',
  'cpu',
  'cpuset',
  'pids',
  'blkio',
  'hugetlb',
  'net_cls',
  'net_prio',
  'rdma',
  'devices',
];

type Row = readonly [
  what: string,
  RuntimeResources,
  v1: Readonly<Record<string, string>>,
  v2: Readonly<Record<string, string>>,
];

const disk = { major: 8, minor: 0 };

const rows: readonly Row[] = [
  ['memory', { memory: { limit: 1000 } }, { 'memory.limit_in_bytes': '1000' }, { 'memory.max': '1000' }],
  ['no limit of memory', { memory: { limit: -1 } }, { 'memory.limit_in_bytes': '-1' }, { 'memory.max': 'max' }],
  ['memory that is left out', { memory: { limit: 0, swap: 0, reservation: 0 } }, {}, {}],
  [
    'memory and swap together',
    { memory: { limit: 1000, swap: 1500 } },
    { 'memory.limit_in_bytes': '1000', 'memory.memsw.limit_in_bytes': '1500' },
    { 'memory.swap.max': '500', 'memory.max': '1000' },
  ],
  ['no limit of swap', { memory: { swap: -1 } }, { 'memory.memsw.limit_in_bytes': '-1' }, { 'memory.swap.max': 'max' }],
  ['a reservation', { memory: { reservation: 7 } }, { 'memory.soft_limit_in_bytes': '7' }, { 'memory.low': '7' }],
  ['shares', { cpu: { shares: 1024 } }, { 'cpu.shares': '1024' }, { 'cpu.weight': '39' }],
  ['the fewest shares', { cpu: { shares: 1 } }, { 'cpu.shares': '1' }, { 'cpu.weight': '1' }],
  ['the most shares', { cpu: { shares: 999_999 } }, { 'cpu.shares': '999999' }, { 'cpu.weight': '10000' }],
  [
    'a quota',
    { cpu: { quota: 5000, period: 10_000, burst: 100 } },
    { 'cpu.cfs_period_us': '10000', 'cpu.cfs_quota_us': '5000', 'cpu.cfs_burst_us': '100' },
    { 'cpu.max': '5000 10000', 'cpu.max.burst': '100' },
  ],
  ['a quota alone', { cpu: { quota: 5000 } }, { 'cpu.cfs_quota_us': '5000' }, { 'cpu.max': '5000 77' }],
  ['a period alone', { cpu: { period: 9 } }, { 'cpu.cfs_period_us': '9' }, { 'cpu.max': '66 9' }],
  ['no quota', { cpu: { quota: -1 } }, { 'cpu.cfs_quota_us': '-1' }, { 'cpu.max': 'max 77' }],
  ['idleness', { cpu: { idle: 1 } }, { 'cpu.idle': '1' }, { 'cpu.idle': '1' }],
  [
    'processors',
    { cpu: { cpus: '0-1', mems: '0' } },
    { 'cpuset.cpus': '0-1', 'cpuset.mems': '0' },
    { 'cpuset.cpus': '0-1', 'cpuset.mems': '0' },
  ],
  ['processes', { pids: { limit: 9 } }, { 'pids.max': '9' }, { 'pids.max': '9' }],
  ['no limit of processes', { pids: { limit: 0 } }, { 'pids.max': 'max' }, { 'pids.max': 'max' }],
  [
    'a weight',
    { blockIO: { weight: 505 } },
    { 'blkio.weight': '505' },
    { 'io.bfq.weight': '505', 'io.weight': '5000' },
  ],
  [
    'a weight for one device',
    { blockIO: { weightDevice: [{ ...disk, weight: 10 }] } },
    { 'blkio.weight_device': '8:0 10' },
    { 'io.bfq.weight': '8:0 10', 'io.weight': '8:0 1' },
  ],
  [
    'a rate of reading',
    { blockIO: { throttleReadBpsDevice: [{ ...disk, rate: 5 }] } },
    { 'blkio.throttle.read_bps_device': '8:0 5' },
    { 'io.max': '8:0 rbps=5' },
  ],
  [
    'no rate of writing',
    { blockIO: { throttleWriteIOPSDevice: [{ ...disk, rate: 0 }] } },
    { 'blkio.throttle.write_iops_device': '8:0 0' },
    { 'io.max': '8:0 wiops=max' },
  ],
  [
    'huge pages',
    { hugepageLimits: [{ pageSize: '2MB', limit: 4 }] },
    { 'hugetlb.2MB.limit_in_bytes': '4' },
    { 'hugetlb.2MB.max': '4' },
  ],
  [
    'handles of a device for remote memory',
    { rdma: { mlx5_1: { hcaHandles: 3 } } },
    { 'rdma.max': 'mlx5_1 hca_handle=3' },
    { 'rdma.max': 'mlx5_1 hca_handle=3' },
  ],
];

/** What would be written, files that stand in for others beside those they stand in for. */
function written(limits: ReturnType<typeof limitsOfV1>): Readonly<Record<string, string>> {
  const found = limits.flatMap((limit) => [limit, ...(limit.or === undefined ? [] : [limit.or])]);
  return Object.fromEntries(
    found.map(({ file, value }) => [file, typeof value === 'string' ? value : value('66 77\n')]),
  );
}

test.each(rows)('%s', (_, resources, v1, v2) => {
  const ofV1 = written(limitsOfV1(resources, everyController));
  delete (ofV1 as Record<string, string>)['blkio.bfq.weight'];
  delete (ofV1 as Record<string, string>)['blkio.bfq.weight_device'];
  expect(ofV1).toEqual(v1);
  expect(written(limitsOfV2(resources))).toEqual(v2);
});

test.each<readonly [name: string, RuntimeResources]>([
  ['memory.swappiness', { memory: { swappiness: 0 } }],
  ['memory.disableOOMKiller', { memory: { disableOOMKiller: true } }],
  ['memory.kernel', { memory: { kernel: 1 } }],
  ['cpu.realtimeRuntime', { cpu: { realtimeRuntime: 1 } }],
  ['blockIO.leafWeight', { blockIO: { leafWeight: 10 } }],
  ['network.classID', { network: { classID: 1 } }],
])('what is not there to be set in v2 is refused by name: %s', (name, resources) => {
  expect(() => limitsOfV2(resources)).toThrow(`The limit ${name} is one of control groups of version 1`);
  expect(limitsOfV2({ memory: { disableOOMKiller: false } })).toEqual([]);
});

test('memory and swap together mean nothing without a limit of memory', () => {
  expect(() => limitsOfV2({ memory: { swap: 10 } })).toThrow('needs one of memory alone');
  expect(() => limitsOfV2({ memory: { limit: 20, swap: 10 } })).toThrow('needs one of memory alone');
});

test('files by name are those of controllers', () => {
  expect(written(limitsOfV2({ unified: { 'memory.high': '5' } }))).toEqual({ 'memory.high': '5' });
  for (const file of ['cgroup.procs', '../memory.max', 'memory/max', '', 'memory.max/../x', 'cgroup.kill']) {
    expect(() => limitsOfV2({ unified: { [file]: '1' } })).toThrow("isn't a file of a controller");
  }
});

test('each controller of v1 gets its own limits only', () => {
  const resources = { memory: { limit: 5 }, pids: { limit: 6 }, cpu: { shares: 7 } };
  expect(written(limitsOfV1(resources, ['pids']))).toEqual({ 'pids.max': '6' });
  expect(limitsOfV1(resources, ['name=systemd'])).toEqual([]);
});

test('who asks for a limit asks for its controller', () => {
  expect(controllersFor({ memory: {}, cpu: { shares: 2, cpus: '0' }, blockIO: { weight: 10 } })).toEqual([
    'memory',
    'blkio',
    'cpu',
    'cpuset',
  ]);
  expect(controllersFor({ cpu: {}, devices: [] })).toEqual([]);
  expect(controllersFor({ network: { classID: 1, priorities: [] } })).toEqual(['net_cls', 'net_prio']);
});

test('devices are allowed and denied in order, by what is known of them', () => {
  const devices = [
    { allow: false, access: 'rwm' },
    { allow: true, type: 'c' as const, major: 1, minor: -1, access: 'rw' },
    { allow: true, type: 'b' as const, major: 8, minor: 0 },
  ];
  expect(limitsOfV1({ devices }, ['devices']).map(({ file, value }) => [file, value])).toEqual([
    ['devices.deny', 'a'],
    ['devices.allow', 'c 1:* rw'],
    ['devices.allow', 'b 8:0 rwm'],
  ]);
});
