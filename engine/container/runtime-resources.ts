import { stat } from 'node:fs/promises';

import type { DeviceRate, ResourceLimits } from '#engine/contract/container-options.ts';
import { EngineError } from '#engine/contract/errors.ts';
import type { RuntimeBlockIo, RuntimeCpu, RuntimeMemory, RuntimeResources } from '#engine/oci/runtime-spec.ts';

import { hasLimitedSwap } from '#engine/runtime/machine-swap.ts';

import type { ContainerConfig } from './container.ts';

const NS_PER_SECOND = 1e9;
/** Microseconds; the kernel's own. */
const USUAL_PERIOD = 100_000;

type Limits = Pick<ContainerConfig, 'memoryBytes' | 'pidsLimit' | 'limits'>;

/** A container's limits as the runtime specification has them: only what is limited. @throws EngineError `invalid-argument`. */
export async function runtimeResources({ memoryBytes, pidsLimit, limits = {} }: Limits): Promise<RuntimeResources> {
  const memory = memoryOf({ ...limits, memorySwap: swapLimit(limits, memoryBytes, hasLimitedSwap()) }, memoryBytes);
  const cpu = cpuOf(limits);
  const blockIO = await blockIoOf(limits);
  return {
    ...(isEmpty(memory) ? {} : { memory }),
    ...(isEmpty(cpu) ? {} : { cpu }),
    ...(isEmpty(blockIO) ? {} : { blockIO }),
    ...(pidsLimit === undefined ? {} : { pids: { limit: pidsLimit } }),
  };
}

/**
 * Of memory and swap together, in bytes. Docker's where nobody says: as much swap again as memory, which otherwise would
 * be no limit of anything but speed.
 */
export function swapLimit(
  { memorySwap }: ResourceLimits,
  memoryBytes: number | undefined,
  isSwapLimited: boolean,
): number | undefined {
  if (memorySwap) return memorySwap;
  return memoryBytes && isSwapLimited ? memoryBytes * 2 : undefined;
}

function isEmpty(value: object): boolean {
  return Object.keys(value).length === 0;
}

function memoryOf(limits: ResourceLimits, memoryBytes: number | undefined): RuntimeMemory {
  const { memorySwap, memoryReservation, memorySwappiness: swappiness, oomKillDisable } = limits;
  return {
    ...(memoryBytes ? { limit: memoryBytes } : {}),
    ...(memorySwap ? { swap: memorySwap } : {}),
    ...(memoryReservation ? { reservation: memoryReservation } : {}),
    ...(swappiness === undefined || swappiness === -1 ? {} : { swappiness }),
    ...(oomKillDisable === true ? { disableOOMKiller: true } : {}),
  };
}

function cpuOf(limits: ResourceLimits): RuntimeCpu {
  const { cpuShares, nanoCpus, cpuRealtimePeriod, cpuRealtimeRuntime, cpusetCpus, cpusetMems } = limits;
  const period = nanoCpus ? USUAL_PERIOD : limits.cpuPeriod;
  const quota = nanoCpus ? Math.round((nanoCpus * USUAL_PERIOD) / NS_PER_SECOND) : limits.cpuQuota;
  return {
    ...(cpuShares ? { shares: cpuShares } : {}),
    ...(period ? { period } : {}),
    ...(quota ? { quota } : {}),
    ...(cpuRealtimePeriod ? { realtimePeriod: cpuRealtimePeriod } : {}),
    ...(cpuRealtimeRuntime ? { realtimeRuntime: cpuRealtimeRuntime } : {}),
    ...(cpusetCpus ? { cpus: cpusetCpus } : {}),
    ...(cpusetMems ? { mems: cpusetMems } : {}),
  };
}

async function blockIoOf(limits: ResourceLimits): Promise<RuntimeBlockIo> {
  const { blkioWeight, blkioWeightDevice = [] } = limits;
  const [weights, readBps, writeBps, readOps, writeOps] = await Promise.all([
    Promise.all(blkioWeightDevice.map(async ({ path, weight }) => ({ ...(await blockDevice(path)), weight }))),
    rates(limits.blkioDeviceReadBps),
    rates(limits.blkioDeviceWriteBps),
    rates(limits.blkioDeviceReadIOps),
    rates(limits.blkioDeviceWriteIOps),
  ]);
  return {
    ...(blkioWeight ? { weight: blkioWeight } : {}),
    ...(weights.length > 0 ? { weightDevice: weights } : {}),
    ...(readBps.length > 0 ? { throttleReadBpsDevice: readBps } : {}),
    ...(writeBps.length > 0 ? { throttleWriteBpsDevice: writeBps } : {}),
    ...(readOps.length > 0 ? { throttleReadIOPSDevice: readOps } : {}),
    ...(writeOps.length > 0 ? { throttleWriteIOPSDevice: writeOps } : {}),
  };
}

function rates(wanted: readonly DeviceRate[] = []): Promise<{ major: number; minor: number; rate: number }[]> {
  return Promise.all(wanted.map(async ({ path, rate }) => ({ ...(await blockDevice(path)), rate })));
}

async function blockDevice(path: string): Promise<{ major: number; minor: number }> {
  const stats = await stat(path).catch(() => undefined);
  if (stats?.isBlockDevice() === true) return deviceNumbers(stats.rdev);
  throw new EngineError('invalid-argument', `${path} is no block device of this machine; name one of /dev.`);
}

/** As the kernel packs them (makedev(3)). */
export function deviceNumbers(rdev: number): { major: number; minor: number } {
  return { major: (rdev >>> 8) & 0xfff, minor: (rdev & 0xff) | ((rdev >>> 12) & 0xfff00) };
}
