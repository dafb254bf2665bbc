import { z } from 'zod';

import type { ResourceLimits } from '#engine/contract/container-options.ts';

const number = z
  .int()
  .nullish()
  .transform((value) => value || undefined);
const words = z
  .string()
  .nullish()
  .transform((value) => value || undefined);
const rates = z
  .array(z.object({ Path: z.string(), Rate: z.int().nonnegative() }))
  .nullish()
  .transform((list) => list?.map(({ Path, Rate }) => ({ path: Path, rate: Rate })));

/** `Resources` of the Docker Engine API, but for memory and number of processes; 0 says nothing. */
export const limitFields = {
  MemoryReservation: number,
  MemorySwap: number,
  // Here 0 is a limit, and -1 says nothing.
  MemorySwappiness: z.int().nullish(),
  OomKillDisable: z.boolean().nullish(),
  CpuShares: number,
  NanoCpus: number,
  CpuPeriod: number,
  CpuQuota: number,
  CpuRealtimePeriod: number,
  CpuRealtimeRuntime: number,
  CpusetCpus: words,
  CpusetMems: words,
  BlkioWeight: number,
  BlkioWeightDevice: z
    .array(z.object({ Path: z.string(), Weight: z.int() }))
    .nullish()
    .transform((list) => list?.map(({ Path, Weight }) => ({ path: Path, weight: Weight }))),
  BlkioDeviceReadBps: rates,
  BlkioDeviceWriteBps: rates,
  BlkioDeviceReadIOps: rates,
  BlkioDeviceWriteIOps: rates,
};
const limitsBody = z.object(limitFields);

/** Only what is limited. */
export function limitsOf(body: Partial<z.infer<typeof limitsBody>>): ResourceLimits {
  const limits: { -readonly [Key in keyof ResourceLimits]: ResourceLimits[Key] | null } = {
    memoryReservation: body.MemoryReservation,
    memorySwap: body.MemorySwap,
    memorySwappiness: body.MemorySwappiness === -1 ? undefined : body.MemorySwappiness,
    oomKillDisable: body.OomKillDisable === true ? true : undefined,
    cpuShares: body.CpuShares,
    nanoCpus: body.NanoCpus,
    cpuPeriod: body.CpuPeriod,
    cpuQuota: body.CpuQuota,
    cpuRealtimePeriod: body.CpuRealtimePeriod,
    cpuRealtimeRuntime: body.CpuRealtimeRuntime,
    cpusetCpus: body.CpusetCpus,
    cpusetMems: body.CpusetMems,
    blkioWeight: body.BlkioWeight,
    blkioWeightDevice: body.BlkioWeightDevice,
    blkioDeviceReadBps: body.BlkioDeviceReadBps,
    blkioDeviceWriteBps: body.BlkioDeviceWriteBps,
    blkioDeviceReadIOps: body.BlkioDeviceReadIOps,
    blkioDeviceWriteIOps: body.BlkioDeviceWriteIOps,
  };
  const given = Object.entries(limits).filter(([, value]) => !isEmpty(value));
  return Object.fromEntries(given);
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0);
}
