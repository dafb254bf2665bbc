import type {
  RuntimeBlockIo,
  RuntimeCpu,
  RuntimeDeviceRule,
  RuntimeMemory,
  RuntimeNetworkLimits,
  RuntimeResources,
  RuntimeThrottle,
} from '#engine/oci/runtime-spec.ts';

import { hugepageLimits, pidsLimits, rdmaLimits } from './limits-of-both.ts';
import { limit, type Limit } from './write-limits.ts';

/**
 * What each controller of v1 is told (admin-guide/cgroup-v1/ of the kernel). As with other runtimes 0 says nothing
 * where it would otherwise stop everything.
 */
const controllers: Readonly<Record<string, (resources: RuntimeResources) => readonly Limit[]>> = {
  memory: ({ memory }) => memoryLimits(memory ?? {}),
  cpu: ({ cpu }) => cpuLimits(cpu ?? {}),
  cpuset: ({ cpu }) => [...given('cpuset.cpus', cpu?.cpus), ...given('cpuset.mems', cpu?.mems)],
  pids: pidsLimits,
  blkio: ({ blockIO }) => blockLimits(blockIO ?? {}),
  hugetlb: (resources) => hugepageLimits(resources, 'limit_in_bytes'),
  net_cls: ({ network }) => given('net_cls.classid', network?.classID),
  net_prio: ({ network }) => priorityLimits(network ?? {}),
  rdma: rdmaLimits,
  devices: ({ devices = [] }) => devices.map(deviceLimit),
};

/** The resources that v1 has a controller for, and its name. */
const controllerOf = {
  memory: 'memory',
  pids: 'pids',
  blockIO: 'blkio',
  hugepageLimits: 'hugetlb',
  rdma: 'rdma',
} as const;

/** @param mounted controllers of one hierarchy. */
export function limitsOfV1(resources: RuntimeResources, mounted: readonly string[]): readonly Limit[] {
  return mounted.flatMap((name) => controllers[name]?.(resources) ?? []);
}

/** Names of controllers that the resources ask for. */
export function controllersFor({ cpu = {}, network = {}, ...resources }: RuntimeResources): readonly string[] {
  const named = Object.entries(controllerOf).filter(([key]) => Object.hasOwn(resources, key));
  return [
    ...named.map(([, controller]) => controller),
    ...(cpuLimits(cpu).length > 0 ? ['cpu'] : []),
    ...(cpu.cpus === undefined && cpu.mems === undefined ? [] : ['cpuset']),
    ...(network.classID === undefined ? [] : ['net_cls']),
    ...(network.priorities === undefined ? [] : ['net_prio']),
  ];
}

function given(file: string, value: string | number | undefined): readonly Limit[] {
  return value === undefined || value === '' ? [] : [limit(file, value)];
}

function unlessZero(file: string, value: number | undefined): readonly Limit[] {
  return value === undefined || value === 0 ? [] : [limit(file, value)];
}

function either(file: string, other: string, value: string | number): Limit {
  return limit(file, value, limit(other, value));
}

function memoryLimits(memory: RuntimeMemory): readonly Limit[] {
  return [
    ...(memory.useHierarchy === undefined ? [] : [limit('memory.use_hierarchy', Number(memory.useHierarchy))]),
    ...unlessZero('memory.limit_in_bytes', memory.limit),
    ...unlessZero('memory.memsw.limit_in_bytes', memory.swap),
    ...unlessZero('memory.soft_limit_in_bytes', memory.reservation),
    ...unlessZero('memory.kmem.limit_in_bytes', memory.kernel),
    ...unlessZero('memory.kmem.tcp.limit_in_bytes', memory.kernelTCP),
    ...given('memory.swappiness', memory.swappiness),
    ...(memory.disableOOMKiller === undefined ? [] : [limit('memory.oom_control', Number(memory.disableOOMKiller))]),
  ];
}

function cpuLimits(cpu: RuntimeCpu): readonly Limit[] {
  return [
    ...unlessZero('cpu.shares', cpu.shares),
    ...unlessZero('cpu.cfs_period_us', cpu.period),
    ...unlessZero('cpu.cfs_quota_us', cpu.quota),
    ...given('cpu.cfs_burst_us', cpu.burst),
    ...unlessZero('cpu.rt_period_us', cpu.realtimePeriod),
    ...unlessZero('cpu.rt_runtime_us', cpu.realtimeRuntime),
    ...given('cpu.idle', cpu.idle),
  ];
}

function blockLimits(blocks: RuntimeBlockIo): readonly Limit[] {
  const weights = blocks.weightDevice ?? [];
  return [
    ...(blocks.weight ? [either('blkio.weight', 'blkio.bfq.weight', blocks.weight)] : []),
    ...unlessZero('blkio.leaf_weight', blocks.leafWeight),
    ...weights.flatMap(({ major, minor, weight }) =>
      weight ? [either('blkio.weight_device', 'blkio.bfq.weight_device', `${major}:${minor} ${weight}`)] : [],
    ),
    ...weights.flatMap(({ major, minor, leafWeight }) =>
      leafWeight ? [limit('blkio.leaf_weight_device', `${major}:${minor} ${leafWeight}`)] : [],
    ),
    ...throttles('blkio.throttle.read_bps_device', blocks.throttleReadBpsDevice),
    ...throttles('blkio.throttle.write_bps_device', blocks.throttleWriteBpsDevice),
    ...throttles('blkio.throttle.read_iops_device', blocks.throttleReadIOPSDevice),
    ...throttles('blkio.throttle.write_iops_device', blocks.throttleWriteIOPSDevice),
  ];
}

function throttles(file: string, devices: readonly RuntimeThrottle[] = []): readonly Limit[] {
  return devices.map(({ major, minor, rate }) => limit(file, `${major}:${minor} ${rate}`));
}

function priorityLimits({ priorities = [] }: RuntimeNetworkLimits): readonly Limit[] {
  return priorities.map(({ name, priority }) => limit('net_prio.ifpriomap', `${name} ${priority}`));
}

function deviceLimit({ allow, type = 'a', major = -1, minor = -1, access = 'rwm' }: RuntimeDeviceRule): Limit {
  const any = (number: number): string => (number < 0 ? '*' : String(number));
  const rule = type === 'a' ? 'a' : `${type} ${any(major)}:${any(minor)} ${access}`;
  return limit(allow ? 'devices.allow' : 'devices.deny', rule);
}
