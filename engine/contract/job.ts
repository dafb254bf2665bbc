import { z } from 'zod';

import { pullProgress } from './image.ts';
import { verification } from './verification.ts';

/** Long work that goes on when nobody looks, and can be watched and cancelled from anywhere. */
export const job = z.object({
  id: z.string(),
  kind: z.enum(['pull', 'push', 'load', 'save', 'bootstrap', 'verify', 'build']),
  /** What it is about, for people: `redis:4.0.6`. */
  title: z.string(),
  state: z.enum(['running', 'paused', 'done', 'failed', 'cancelled']),
  /** Whether it can be paused while it runs, and goes on from where it was when it is paused or has failed. */
  isResumable: z.boolean().optional(),
  /** ISO 8601. */
  startedAt: z.string(),
  endedAt: z.string().optional(),
  /** Of every kind: a load and a bootstrap have layers too. */
  progress: pullProgress.optional(),
  /** The last lines of output of a bootstrap. */
  output: z.array(z.string()).optional(),
  /** Of a verification. */
  verification: verification.optional(),
  error: z.object({ code: z.string(), message: z.string() }).optional(),
});
export type Job = z.infer<typeof job>;
