import { z } from 'zod';

import type { HealthCheck } from '#engine/contract/container-options.ts';

import { strings } from './query.ts';

const nanoseconds = z
  .number()
  .nullish()
  .transform((value) => value ?? undefined);

/** `HealthConfig` of the Docker Engine API. */
export const healthBody = z
  .object({
    Test: strings,
    Interval: nanoseconds,
    Timeout: nanoseconds,
    StartPeriod: nanoseconds,
    StartInterval: nanoseconds,
    Retries: nanoseconds,
  })
  .transform(({ Test, Interval, Timeout, StartPeriod, StartInterval, Retries }): HealthCheck => ({
    test: Test ?? [],
    interval: Interval,
    timeout: Timeout,
    startPeriod: StartPeriod,
    startInterval: StartInterval,
    retries: Retries,
  }))
  .nullish();
