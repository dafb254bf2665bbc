import type { HealthCheck } from '#engine/contract/container-options.ts';

import type { Health } from './health.ts';

/** `Health` of the Docker Engine API. */
export interface InspectedHealth {
  readonly Status: Health['status'];
  readonly FailingStreak: number;
  readonly Log: { readonly Start: string; readonly End: string; readonly ExitCode: number; readonly Output: string }[];
}

/** `HealthConfig` of the Docker Engine API; nanoseconds. */
export interface InspectedHealthCheck {
  readonly Test: string[];
  readonly Interval?: number;
  readonly Timeout?: number;
  readonly StartPeriod?: number;
  readonly StartInterval?: number;
  readonly Retries?: number;
}

export function inspectHealth(health: Health | undefined): { Health?: InspectedHealth } {
  if (health === undefined) return {};
  const Log = health.log.map(({ startedAt, endedAt, exitCode, output }) => ({
    Start: new Date(startedAt).toISOString(),
    End: new Date(endedAt).toISOString(),
    ExitCode: exitCode,
    Output: output,
  }));
  return { Health: { Status: health.status, FailingStreak: health.failingStreak, Log } };
}

export function inspectHealthCheck(check: HealthCheck | undefined): { Healthcheck?: InspectedHealthCheck } {
  if (check === undefined) return {};
  const { test, interval, timeout, startPeriod, startInterval, retries } = check;
  return {
    Healthcheck: {
      Test: test,
      ...(interval ? { Interval: interval } : {}),
      ...(timeout ? { Timeout: timeout } : {}),
      ...(startPeriod ? { StartPeriod: startPeriod } : {}),
      ...(startInterval ? { StartInterval: startInterval } : {}),
      ...(retries ? { Retries: retries } : {}),
    },
  };
}
