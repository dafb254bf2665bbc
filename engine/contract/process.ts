import { z } from 'zod';

/** A process of a container, as the machine and as the container see it. */
export const containerProcess = z.object({
  /** On the engine's machine; `innerPid` in the container. */
  pid: z.int(),
  innerPid: z.int(),
  /** On the engine's machine. Of the container's first process, and of a session's, it is outside of the container. */
  parentPid: z.int(),
  /** One letter, as ps(1) has it: `S` sleeps, `R` runs, `Z` has ended. */
  state: z.string(),
  /** By the container's own names, its number where it has none. */
  user: z.string(),
  /** What it was started with; of one that has ended, its name in brackets. */
  command: z.string(),
  /** Processors it used since the last time, at first since its start. */
  cpus: z.number().min(0),
  cpuSeconds: z.number().min(0),
  memoryBytes: z.int(),
  threads: z.int(),
  /** Unix milliseconds. */
  startedAt: z.number(),
});
export type ContainerProcess = z.infer<typeof containerProcess>;
