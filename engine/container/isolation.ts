import { z } from 'zod';

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

/** The containers whose namespaces it is in, by their ids. */
export function donorsOf({ ipc, pid }: Isolation): readonly string[] {
  return [ipc, pid].flatMap((mode) =>
    mode?.startsWith('container:') === true ? [mode.slice('container:'.length)] : [],
  );
}
