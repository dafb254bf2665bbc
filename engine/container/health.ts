import { z } from 'zod';

import type { HealthPlan } from './health-check.ts';

/** What one question came to. Times are unix milliseconds. */
export const healthAnswer = z.object({
  startedAt: z.number(),
  endedAt: z.number(),
  /** -1 of a command that could not be run, or took too long. */
  exitCode: z.int(),
  output: z.string(),
});
export type HealthAnswer = z.infer<typeof healthAnswer>;

export const health = z.object({
  status: z.enum(['starting', 'healthy', 'unhealthy']),
  /** Failures since it was last well. */
  failingStreak: z.int(),
  /** The last few answers, oldest first. */
  log: z.array(healthAnswer),
});
export type Health = z.infer<typeof health>;

/** Docker's number of answers that are kept. */
const KEPT_ANSWERS = 5;

export const startingHealth: Health = { status: 'starting', failingStreak: 0, log: [] };

/** A container's health after one more answer. @param runsSince unix milliseconds. */
export function nextHealth(before: Health, answer: HealthAnswer, plan: HealthPlan, runsSince: number): Health {
  const log = [...before.log, answer].slice(-KEPT_ANSWERS);
  if (answer.exitCode === 0) return { status: 'healthy', failingStreak: 0, log };
  const isExcused = before.status === 'starting' && answer.startedAt - runsSince < plan.startPeriodMs;
  if (isExcused) return { ...before, log };
  const failingStreak = before.failingStreak + 1;
  return { status: failingStreak >= plan.retries ? 'unhealthy' : before.status, failingStreak, log };
}

/** How long to wait for the next question, in milliseconds. */
export function nextQuestion({ status }: Health, plan: HealthPlan, ranMs: number): number {
  return status === 'starting' && ranMs < plan.startPeriodMs ? plan.startIntervalMs : plan.intervalMs;
}
