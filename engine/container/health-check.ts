import type { HealthCheck } from '#engine/contract/container-options.ts';
import { EngineError } from '#engine/contract/errors.ts';
import type { Healthcheck } from '#engine/oci/image-config.ts';

/** The same as it is carried out. */
export interface HealthPlan {
  readonly command: readonly string[];
  readonly intervalMs: number;
  readonly timeoutMs: number;
  /** After the start; failures don't count then. */
  readonly startPeriodMs: number;
  /** Instead of the interval while the start takes. */
  readonly startIntervalMs: number;
  /** So many failures in a row are an illness. */
  readonly retries: number;
}

const NS_PER_MS = 1_000_000;
/** Of Node's timers: a longer one would be over at once. Nearly 25 days. */
const LONGEST_MS = 2 ** 31 - 1;
const DEFAULT_SHELL = ['/bin/sh', '-c'];

/** @param shell the image's, for `CMD-SHELL`. @returns undefined where nobody is to ask. */
export function healthPlan(
  check: HealthCheck | undefined,
  shell: readonly string[] = DEFAULT_SHELL,
): HealthPlan | undefined {
  const command = check === undefined ? [] : commandOf(check.test, shell);
  if (check === undefined || command.length === 0) return undefined;
  const milliseconds = (nanoseconds: number | undefined, usual: number): number =>
    nanoseconds === undefined || nanoseconds === 0 ? usual : Math.min(Math.ceil(nanoseconds / NS_PER_MS), LONGEST_MS);
  return {
    command,
    intervalMs: milliseconds(check.interval, 30_000),
    timeoutMs: milliseconds(check.timeout, 30_000),
    startPeriodMs: milliseconds(check.startPeriod, 0),
    startIntervalMs: milliseconds(check.startInterval, 5000),
    retries: check.retries || 3,
  };
}

function commandOf([kind, ...words]: readonly string[], shell: readonly string[]): readonly string[] {
  if (kind === 'CMD') return words;
  return kind === 'CMD-SHELL' && words.length > 0 ? [...shell, ...words] : [];
}

/**
 * What is asked for over what the image says, each by itself.
 * @throws EngineError `invalid-argument` in Docker's words.
 */
export function mergeHealthCheck(
  asked: HealthCheck | undefined,
  image: Healthcheck | undefined,
): HealthCheck | undefined {
  if (asked !== undefined) checkHealthCheck(asked);
  if (asked === undefined || image === undefined) {
    return asked === undefined ? image && { ...image, test: [...image.test] } : asked;
  }
  return {
    test: asked.test.length > 0 ? asked.test : [...image.test],
    interval: asked.interval || image.interval,
    timeout: asked.timeout || image.timeout,
    startPeriod: asked.startPeriod || image.startPeriod,
    startInterval: asked.startInterval || image.startInterval,
    retries: asked.retries || image.retries,
  };
}

const leastOnce = ['interval', 'timeout', 'startPeriod', 'startInterval'] as const;

function checkHealthCheck(check: HealthCheck): void {
  for (const name of leastOnce) {
    const value = check[name] ?? 0;
    if (value === 0 || value >= NS_PER_MS) continue;
    const field = `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`;
    throw new EngineError('invalid-argument', `${field} in Healthcheck cannot be less than one millisecond (1ms)`);
  }
  if ((check.retries ?? 0) < 0) throw new EngineError('invalid-argument', 'Retries in Healthcheck cannot be negative');
  const [kind = ''] = check.test;
  if (!['', 'NONE', 'CMD', 'CMD-SHELL'].includes(kind)) {
    throw new EngineError(
      'invalid-argument',
      `Unknown health check type "${kind}" (expected 'CMD', 'CMD-SHELL' or 'NONE')`,
    );
  }
}
