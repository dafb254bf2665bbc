import { setTimeout as wait } from 'node:timers/promises';

import { isTransient, PassingFailure } from './failures.ts';

export interface RetryPolicy {
  /** Attempts in all. */
  readonly attempts: number;
  /** Pause before the second attempt; each later one is twice as long, a little shorter or longer by chance. */
  readonly firstPauseMs: number;
}

/** Longer than this nobody waits without being told: the failure is reported instead. */
const LONGEST_PAUSE_MS = 30_000;

/** Does `work` again while it fails in a way that may pass; throws its last failure. */
export async function retrying<T>(
  policy: RetryPolicy,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    signal?.throwIfAborted();
    try {
      return await work();
    } catch (error) {
      signal?.throwIfAborted();
      const pause = pauseBefore(error, attempt, policy);
      if (attempt >= policy.attempts || pause === undefined) throw error;
      await wait(pause, undefined, signal === undefined ? {} : { signal });
    }
  }
}

function pauseBefore(error: unknown, attempt: number, policy: RetryPolicy): number | undefined {
  if (!isTransient(error)) return undefined;
  const asked = error instanceof PassingFailure ? error.retryAfterMs : undefined;
  if (asked !== undefined) return asked > LONGEST_PAUSE_MS ? undefined : asked;
  // Scattered, so that the layers of one pull don't all come back in the same instant.
  return Math.min(LONGEST_PAUSE_MS, policy.firstPauseMs * 2 ** (attempt - 1)) * (0.75 + Math.random() / 2);
}
