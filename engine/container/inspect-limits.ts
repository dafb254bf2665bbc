import type { DeviceRate, ResourceLimits } from '#engine/contract/container-options.ts';
import { hasLimitedSwap } from '#engine/runtime/machine-swap.ts';

import type { ContainerConfig } from './container.ts';
import { swapLimit } from './runtime-resources.ts';

/** `Resources` of the Docker Engine API: limits, and 0 or empty for none. */
export interface InspectedLimits {
  readonly Memory: number;
  readonly MemoryReservation: number;
  readonly MemorySwap: number;
  readonly MemorySwappiness?: number;
  readonly OomKillDisable: boolean;
  readonly PidsLimit: number;
  readonly NanoCpus: number;
  readonly CpuShares: number;
  readonly CpuPeriod: number;
  readonly CpuQuota: number;
  readonly CpuRealtimePeriod: number;
  readonly CpuRealtimeRuntime: number;
  readonly CpusetCpus: string;
  readonly CpusetMems: string;
  readonly BlkioWeight: number;
  readonly BlkioWeightDevice: { readonly Path: string; readonly Weight: number }[];
  readonly BlkioDeviceReadBps: InspectedRate[];
  readonly BlkioDeviceWriteBps: InspectedRate[];
  readonly BlkioDeviceReadIOps: InspectedRate[];
  readonly BlkioDeviceWriteIOps: InspectedRate[];
}

interface InspectedRate {
  readonly Path: string;
  readonly Rate: number;
}

export function inspectLimits({ memoryBytes, pidsLimit, limits = {} }: ContainerConfig): InspectedLimits {
  return {
    Memory: memoryBytes ?? 0,
    MemoryReservation: limits.memoryReservation ?? 0,
    MemorySwap: swapLimit(limits, memoryBytes, hasLimitedSwap()) ?? 0,
    ...(limits.memorySwappiness === undefined ? {} : { MemorySwappiness: limits.memorySwappiness }),
    OomKillDisable: limits.oomKillDisable ?? false,
    PidsLimit: pidsLimit ?? 0,
    ...inspectProcessors(limits),
    BlkioWeight: limits.blkioWeight ?? 0,
    BlkioWeightDevice: (limits.blkioWeightDevice ?? []).map(({ path, weight }) => ({ Path: path, Weight: weight })),
    BlkioDeviceReadBps: inspectRates(limits.blkioDeviceReadBps),
    BlkioDeviceWriteBps: inspectRates(limits.blkioDeviceWriteBps),
    BlkioDeviceReadIOps: inspectRates(limits.blkioDeviceReadIOps),
    BlkioDeviceWriteIOps: inspectRates(limits.blkioDeviceWriteIOps),
  };
}

function inspectProcessors(
  limits: ResourceLimits,
): Pick<
  InspectedLimits,
  | 'NanoCpus'
  | 'CpuShares'
  | 'CpuPeriod'
  | 'CpuQuota'
  | 'CpuRealtimePeriod'
  | 'CpuRealtimeRuntime'
  | 'CpusetCpus'
  | 'CpusetMems'
> {
  return {
    NanoCpus: limits.nanoCpus ?? 0,
    CpuShares: limits.cpuShares ?? 0,
    CpuPeriod: limits.cpuPeriod ?? 0,
    CpuQuota: limits.cpuQuota ?? 0,
    CpuRealtimePeriod: limits.cpuRealtimePeriod ?? 0,
    CpuRealtimeRuntime: limits.cpuRealtimeRuntime ?? 0,
    CpusetCpus: limits.cpusetCpus ?? '',
    CpusetMems: limits.cpusetMems ?? '',
  };
}

function inspectRates(rates: readonly DeviceRate[] = []): InspectedRate[] {
  return rates.map(({ path, rate }) => ({ Path: path, Rate: rate }));
}
