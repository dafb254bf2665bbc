import { z } from 'zod';

import { restartPolicy, type RestartPolicy } from '#engine/contract/container-options.ts';
import { EngineError } from '#engine/contract/errors.ts';

/** How often a container was started again since a person started it, and how long it waited the last time. */
export const restarts = z.object({ count: z.int(), delayMs: z.int() });
export type Restarts = z.infer<typeof restarts>;

export const noRestart: RestartPolicy = { name: 'no', maximumRetries: 0 };

/** Docker's: the wait doubles with each start, up to a minute, and begins anew after a run that was long enough. */
const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 60_000;
const STEADY_RUN_MS = 10_000;

export interface EndedRun {
  readonly exitCode: number;
  readonly ranMs: number;
  /** Of the restarts that came before this run. */
  readonly before?: Restarts | undefined;
}

/** What the policy says to a program's own end: one more start, or undefined for none. */
export function nextRestart(policy: RestartPolicy, { exitCode, ranMs, before }: EndedRun): Restarts | undefined {
  const count = before?.count ?? 0;
  if (!isWanted(policy, exitCode, count)) return undefined;
  const waited = ranMs >= STEADY_RUN_MS ? 0 : (before?.delayMs ?? 0);
  const delayMs = waited === 0 ? FIRST_DELAY_MS : Math.min(waited * 2, LONGEST_DELAY_MS);
  return { count: count + 1, delayMs };
}

function isWanted({ name, maximumRetries }: RestartPolicy, exitCode: number, count: number): boolean {
  if (name === 'on-failure') return exitCode !== 0 && (maximumRetries === 0 || count < maximumRetries);
  return name === 'always' || name === 'unless-stopped';
}

/** Whether a new engine starts one that had ended before it came: only `always` overrules a person who stopped it. */
export function isStartedWithEngine({ name }: RestartPolicy, wasStoppedByHand: boolean): boolean {
  return name === 'always' || (name === 'unless-stopped' && !wasStoppedByHand);
}

/** @throws EngineError `invalid-argument`, in Docker's words. */
export function parseRestartPolicy(name = '', maximumRetries = 0): RestartPolicy {
  const wanted = name === '' ? 'no' : name;
  const known = restartPolicy.shape.name.safeParse(wanted);
  if (!known.success) {
    throw invalid(`unknown policy '${name}'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'`);
  }
  if (known.data === 'on-failure') {
    if (maximumRetries < 0) throw invalid('maximum retry count cannot be negative');
    return { name: known.data, maximumRetries };
  }
  if (maximumRetries !== 0 && name !== '') {
    throw invalid("maximum retry count can only be used with 'on-failure'");
  }
  return { name: known.data, maximumRetries: 0 };
}

function invalid(why: string): EngineError {
  return new EngineError('invalid-argument', `invalid restart policy: ${why}`);
}
