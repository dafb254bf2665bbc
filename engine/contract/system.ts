import { z } from 'zod';

import { capability } from './capability.ts';

export const systemInfo = z.object({
  engineVersion: z.string(),
  engineId: z.string(),
  pid: z.int(),
  dataRoot: z.string(),
  kernelVersion: z.string(),
  operatingSystem: z.string(),
  architecture: z.string(),
  cpus: z.int(),
  memoryBytes: z.int(),
  cgroupMode: z.enum(['v1', 'v2', 'hybrid', 'none']),
  storageDriver: z.string(),
  isRootless: z.boolean(),
  /** Bytes of the file system that holds the data root. */
  disk: z.object({ free: z.int(), total: z.int() }),
  /** What this machine can't do, a sentence each with what to do about it. */
  warnings: z.array(z.string()),
  /** What it lets an engine do and what it doesn't, whole. */
  capabilities: z.array(capability),
  starters: z.array(
    z.object({ kind: z.enum(['busybox', 'debian']), available: z.boolean(), reason: z.string().optional() }),
  ),
});
export type SystemInfo = z.infer<typeof systemInfo>;

/** The context by which docker's command line finds this engine. */
export const dockerContext = z.object({
  name: z.string(),
  /** Of its document, on the engine's machine. */
  path: z.string(),
  /** Of this engine. */
  host: z.string(),
  /** Where it leads: this engine, another one, or undefined where there is none. */
  leadsTo: z.string().optional(),
});
export type DockerContext = z.infer<typeof dockerContext>;
