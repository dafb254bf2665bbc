import { z } from 'zod';

/* What a container can be made with beside its program, the same in a request, in the record and on the screen. */

/** When a container is started again after its end. */
export const restartPolicy = z.object({
  name: z.enum(['no', 'always', 'unless-stopped', 'on-failure']),
  /** Of `on-failure`; 0 is as often as it takes. */
  maximumRetries: z.int().nonnegative(),
});
export type RestartPolicy = z.infer<typeof restartPolicy>;

/** How a container is asked whether it is well, as it was asked for; nanoseconds, and 0 or absent is Docker's default. */
export const healthCheck = z.object({
  /** `['CMD', …]`, `['CMD-SHELL', text]`, or `['NONE']`. */
  test: z.array(z.string()),
  interval: z.number().optional(),
  timeout: z.number().optional(),
  startPeriod: z.number().optional(),
  startInterval: z.number().optional(),
  retries: z.int().optional(),
});
export type HealthCheck = z.infer<typeof healthCheck>;

/** A device of the machine, and how fast: bytes or operations a second. */
const deviceRate = z.object({ path: z.string(), rate: z.int().nonnegative() });

/** How much of the machine a container may have, beside memory and number of processes; absent and 0 is no limit. */
export const resourceLimits = z.object({
  /** Bytes; what is given back first when the machine has none left. */
  memoryReservation: z.int().optional(),
  /** Bytes of memory and swap together; -1 is no limit, absent twice the memory's. */
  memorySwap: z.int().optional(),
  /** 0 to 100. */
  memorySwappiness: z.int().optional(),
  oomKillDisable: z.boolean().optional(),
  /** In proportion to others', 1024 by default. */
  cpuShares: z.int().optional(),
  /** Billionths of a processor. */
  nanoCpus: z.int().optional(),
  /** Microseconds. */
  cpuPeriod: z.int().optional(),
  cpuQuota: z.int().optional(),
  cpuRealtimePeriod: z.int().optional(),
  cpuRealtimeRuntime: z.int().optional(),
  /** Lists as cpuset(7) has them. */
  cpusetCpus: z.string().optional(),
  cpusetMems: z.string().optional(),
  /** 10 to 1000. */
  blkioWeight: z.int().optional(),
  blkioWeightDevice: z.array(z.object({ path: z.string(), weight: z.int() })).optional(),
  blkioDeviceReadBps: z.array(deviceRate).optional(),
  blkioDeviceWriteBps: z.array(deviceRate).optional(),
  blkioDeviceReadIOps: z.array(deviceRate).optional(),
  blkioDeviceWriteIOps: z.array(deviceRate).optional(),
});
export type ResourceLimits = z.infer<typeof resourceLimits>;
export type DeviceRate = z.infer<typeof deviceRate>;

/** A device of the machine that a container gets, or a directory of them. */
const deviceRequest = z.object({
  pathOnHost: z.string(),
  pathInContainer: z.string(),
  /** Of `r`, `w`, `m` (mknod). */
  permissions: z.string(),
});
export type DeviceRequest = z.infer<typeof deviceRequest>;

/** Without `RLIMIT_`, in lower case: `nofile`; -1 is no limit. */
const ulimit = z.object({ name: z.string(), soft: z.number(), hard: z.number() });
export type Ulimit = z.infer<typeof ulimit>;

/**
 * How a container is set apart from the machine where that isn't as usual. Of namespaces: `host` is the machine's own,
 * `container:ID` another's.
 */
export const isolation = z.object({
  privileged: z.boolean().optional(),
  /** As they were written: `no-new-privileges`, `seccomp={…}`. */
  securityOptions: z.array(z.string()).optional(),
  /** Instead of the usual ones; empty hides, and protects, nothing. */
  maskedPaths: z.array(z.string()).optional(),
  readonlyPaths: z.array(z.string()).optional(),
  /** Also `none`: no /dev/shm; `shareable`: others may join. */
  ipc: z.string().optional(),
  pid: z.string().optional(),
  uts: z.string().optional(),
  cgroupNamespace: z.string().optional(),
  userNamespace: z.string().optional(),
  /** Whether a process of Estrato's reaps what nobody waits for. */
  init: z.boolean().optional(),
  sysctls: z.record(z.string(), z.string()).optional(),
  ulimits: z.array(ulimit).optional(),
  oomScoreAdjustment: z.int().optional(),
  devices: z.array(deviceRequest).optional(),
  /** As control groups have them: `c 10:* rwm`. */
  deviceRules: z.array(z.string()).optional(),
  annotations: z.record(z.string(), z.string()).optional(),
});
export type Isolation = z.infer<typeof isolation>;

/** What makes containers: the one of those that ask for no other, and all that there are. */
export const runtimeSettings = z.object({ usual: z.string(), available: z.array(z.string()) });
export type RuntimeSettings = z.infer<typeof runtimeSettings>;
