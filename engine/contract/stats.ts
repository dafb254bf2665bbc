import { z } from 'zod';

const amount = z.number().min(0);

/** What a container used over a while that ended at `time`. */
export const statsSample = z.object({
  /** Unix milliseconds. */
  time: z.number(),
  /** Length of the while. */
  seconds: amount,
  /** Processors used, on average: 0.5 is half of one. */
  cpus: amount,
  /** Share of the while in which its limit of processors held it back, 0 to 1. */
  throttled: amount,
  /** At the end; without what the kernel gives back when somebody needs it. */
  memoryBytes: amount,
  processes: amount,
  /** Bytes a second. */
  received: amount,
  sent: amount,
  read: amount,
  written: amount,
});
export type StatsSample = z.infer<typeof statsSample>;

/** Something that happened to the container, to be drawn beside what it used. */
export const statsMark = z.object({
  time: z.number(),
  kind: z.enum(['start', 'pause', 'unpause', 'oom', 'die']),
});
export type StatsMark = z.infer<typeof statsMark>;

/** What holds a container back, as it stands; a limit that isn't set is absent. */
export const statsLimits = z.object({
  cpus: z.number().positive().optional(),
  memoryBytes: z.number().positive().optional(),
  processes: z.number().positive().optional(),
});
export type StatsLimits = z.infer<typeof statsLimits>;

/** A piece of a container's history, oldest first: what follows belongs behind it. */
export const statsChunk = z.object({
  samples: z.array(statsSample),
  marks: z.array(statsMark),
  limits: statsLimits,
  /** False for one on the network of the machine or of another container, whose traffic isn't its own. */
  hasNetwork: z.boolean(),
});
export type StatsChunk = z.infer<typeof statsChunk>;

/** The last samples of one of the containers that run. */
export const containerUsage = z.object({ id: z.string(), samples: z.array(statsSample), limits: statsLimits });
export type ContainerUsage = z.infer<typeof containerUsage>;
