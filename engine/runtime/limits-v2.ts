import { EngineError } from '#engine/contract/errors.ts';
import type {
  RuntimeBlockDevice,
  RuntimeBlockIo,
  RuntimeCpu,
  RuntimeMemory,
  RuntimeResources,
  RuntimeThrottle,
} from '#engine/oci/runtime-spec.ts';

import { hugepageLimits, pidsLimits, rdmaLimits } from './limits-of-both.ts';
import { limit, type Limit } from './write-limits.ts';

/**
 * The same limits as v2 has them (admin-guide/cgroup-v2.rst of the kernel). Devices are a program: device-program.ts.
 * @throws EngineError `unsupported` for what v2 has no notion of.
 */
export function limitsOfV2(resources: RuntimeResources): readonly Limit[] {
  refuseForeign(resources);
  return [
    ...memoryLimits(resources.memory ?? {}),
    ...cpuLimits(resources.cpu ?? {}),
    ...pidsLimits(resources),
    ...blockLimits(resources.blockIO ?? {}),
    ...hugepageLimits(resources, 'max'),
    ...rdmaLimits(resources),
    ...unifiedLimits(resources),
  ];
}

/** Files by their own names. @throws EngineError `invalid-argument` for a name that isn't one of a cgroup's files. */
export function unifiedLimits({ unified = {} }: RuntimeResources): readonly Limit[] {
  return Object.entries(unified).map(([file, value]) => {
    if (!/^[a-z0-9_]+\.[a-zA-Z0-9_.]+$/.test(file) || file.startsWith('cgroup.')) {
      throw new EngineError('invalid-argument', `The limit ${file} isn't a file of a controller; see cgroups(7).`);
    }
    return limit(file, value);
  });
}

function refuseForeign({ memory = {}, cpu = {}, blockIO = {}, network = {} }: RuntimeResources): void {
  const foreign = [
    ['memory.swappiness', memory.swappiness],
    ['memory.disableOOMKiller', memory.disableOOMKiller === true ? true : undefined],
    ['memory.kernel', memory.kernel],
    ['memory.kernelTCP', memory.kernelTCP],
    ['cpu.realtimeRuntime', cpu.realtimeRuntime],
    ['cpu.realtimePeriod', cpu.realtimePeriod],
    ['blockIO.leafWeight', blockIO.leafWeight],
    ['network.classID', network.classID],
    ['network.priorities', network.priorities],
  ] as const;
  const found = foreign.find(([, value]) => value !== undefined);
  if (found === undefined) return;
  throw new EngineError(
    'unsupported',
    `The limit ${found[0]} is one of control groups of version 1, and this machine has version 2; leave it out.`,
  );
}

function max(value: number): string {
  return value < 0 ? 'max' : String(value);
}

function memoryLimits(memory: RuntimeMemory): readonly Limit[] {
  const { limit: bytes, reservation } = memory;
  return [
    ...swapLimits(memory),
    ...(bytes ? [limit('memory.max', max(bytes))] : []),
    ...(reservation ? [limit('memory.low', max(reservation))] : []),
  ];
}

/** v1 counts memory and swap together, v2 apart. */
function swapLimits({ swap, limit: bytes }: RuntimeMemory): readonly Limit[] {
  if (swap === undefined || swap === 0) return [];
  if (swap < 0) return [limit('memory.swap.max', 'max')];
  if (bytes === undefined || bytes < 0 || swap < bytes) {
    throw new EngineError(
      'invalid-argument',
      `A limit of ${swap} bytes of memory and swap together needs one of memory alone that isn't larger.`,
    );
  }
  return [limit('memory.swap.max', swap - bytes)];
}

function cpuLimits(cpu: RuntimeCpu): readonly Limit[] {
  return [
    ...(cpu.shares ? [limit('cpu.weight', cpuWeight(cpu.shares))] : []),
    ...(cpu.quota || cpu.period ? [limit('cpu.max', (present) => cpuMax(cpu, present))] : []),
    ...(cpu.burst === undefined ? [] : [limit('cpu.max.burst', cpu.burst)]),
    ...(cpu.idle === undefined ? [] : [limit('cpu.idle', cpu.idle)]),
    ...(cpu.cpus ? [limit('cpuset.cpus', cpu.cpus)] : []),
    ...(cpu.mems ? [limit('cpuset.mems', cpu.mems)] : []),
  ];
}

/** 2 to 262144 on the scale of 1 to 10000. */
export function cpuWeight(shares: number): number {
  const within = Math.min(Math.max(shares, 2), 262_144);
  return 1 + Math.floor(((within - 2) * 9999) / 262_142);
}

/** The half that isn't named stays: `max 100000`. */
function cpuMax({ quota, period }: RuntimeCpu, present: string): string {
  const [oldQuota = 'max', oldPeriod = '100000'] = present.trim().split(' ');
  return `${quota ? max(quota) : oldQuota} ${period || oldPeriod}`;
}

/** The scheduler BFQ has weights of v1's scale, the others' goes from 1 to 10000. */
function blockLimits(blocks: RuntimeBlockIo): readonly Limit[] {
  const weights = blocks.weightDevice ?? [];
  return [
    ...(blocks.weight ? [blockWeight('', blocks.weight)] : []),
    ...weights.flatMap(({ major, minor, weight }) => (weight ? [blockWeight(`${major}:${minor} `, weight)] : [])),
    ...throttles('rbps', blocks.throttleReadBpsDevice),
    ...throttles('wbps', blocks.throttleWriteBpsDevice),
    ...throttles('riops', blocks.throttleReadIOPSDevice),
    ...throttles('wiops', blocks.throttleWriteIOPSDevice),
  ];
}

function blockWeight(device: string, weight: number): Limit {
  const scaled = 1 + Math.floor(((weight - 10) * 9999) / 990);
  return limit('io.bfq.weight', `${device}${weight}`, limit('io.weight', `${device}${scaled}`));
}

function throttles(key: string, devices: readonly RuntimeThrottle[] = []): readonly Limit[] {
  const line = ({ major, minor }: RuntimeBlockDevice, rate: number): string =>
    `${major}:${minor} ${key}=${rate === 0 ? 'max' : rate}`;
  return devices.map((device) => limit('io.max', line(device, device.rate)));
}
