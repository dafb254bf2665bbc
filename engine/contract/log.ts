import { z } from 'zod';

/** How much of a container's log is kept, of one that doesn't say so itself (`--log-opt max-size=…`, `max-file=…`). */
export const logSettings = z.object({
  /** Of each of its files; 0 is a log without end. */
  maxBytes: z.int().min(0),
  maxFiles: z.int().min(1).max(1000),
});
export type LogSettings = z.infer<typeof logSettings>;

export const logDriver = z.enum(['json-file', 'local', 'none']);

/** A container's log as it stands. */
export const logFacts = z.object({
  driver: logDriver,
  /** On the disk. */
  bytes: z.int(),
  /** Undefined where nothing is kept. */
  limits: logSettings.optional(),
});
export type LogFacts = z.infer<typeof logFacts>;
