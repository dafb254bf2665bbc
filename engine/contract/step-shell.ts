import { z } from 'zod';

/** Where a shell stands: on what a step found, or on what it left, also where it failed. */
export const shellSide = z.enum(['before', 'after']);
export type ShellSide = z.infer<typeof shellSide>;

export const stepShellWish = z.object({
  /** A build's id or the beginning of it. */
  build: z.string(),
  /** By its number; the one that failed unless told, or else the last. */
  step: z.int().min(1).optional(),
  side: shellSide,
  /** By their ids, in base64: none is kept of the build. */
  secrets: z.record(z.string(), z.string()).optional(),
  /** Run by the shell that the step's RUN would have, instead of what a person types. */
  script: z.string().optional(),
});

export const stepShell = z.object({
  /** A container: `containers.attach` shows its session `main`. */
  shell: z.string(),
  step: z.int(),
  side: shellSide,
  /** What of the step's surroundings could not be had, a sentence each. */
  missing: z.array(z.string()),
});
export type StepShell = z.infer<typeof stepShell>;
