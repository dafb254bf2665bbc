import { describe, expect, test } from 'vitest';

import { healthPlan, mergeHealthCheck, type HealthPlan } from './health-check.ts';
import { nextHealth, nextQuestion, startingHealth, type Health } from './health.ts';

const SECOND = 1_000_000_000;

const plan: HealthPlan = {
  command: ['true'],
  intervalMs: 10_000,
  timeoutMs: 1000,
  startPeriodMs: 5000,
  startIntervalMs: 500,
  retries: 3,
};

/** A container's health after answers of these exit codes, a second apart. */
function afterwards(exitCodes: readonly number[], how: HealthPlan = plan, runsSince = 0): Health {
  return exitCodes.reduce((health, exitCode, at) => {
    const startedAt = (at + 1) * 1000;
    return nextHealth(health, { startedAt, endedAt: startedAt + 1, exitCode, output: `${at}` }, how, runsSince);
  }, startingHealth);
}

describe("a container's health", () => {
  test('is known with the first good answer', () => {
    expect(afterwards([0])).toMatchObject({ status: 'healthy', failingStreak: 0 });
  });

  test('is gone with so many failures in a row, and comes back with one good answer', () => {
    const later = { ...plan, startPeriodMs: 0 };
    expect(afterwards([0, 1, 1], later)).toMatchObject({ status: 'healthy', failingStreak: 2 });
    expect(afterwards([0, 1, -1, 2], later)).toMatchObject({ status: 'unhealthy', failingStreak: 3 });
    expect(afterwards([0, 1, 1, 1, 0], later)).toMatchObject({ status: 'healthy', failingStreak: 0 });
  });

  test('is not judged while the start takes, until it has once been well', () => {
    expect(afterwards([1, 1, 1, 1])).toMatchObject({ status: 'starting', failingStreak: 0 });
    expect(afterwards([1, 1, 1, 1, 1, 1, 1])).toMatchObject({ status: 'unhealthy', failingStreak: 3 });
    expect(afterwards([0, 1, 1, 1])).toMatchObject({ status: 'unhealthy', failingStreak: 3 });
  });

  test('comes with its last five answers', () => {
    expect(afterwards([0, 1, 0, 1, 0, 1, 0]).log.map(({ output }) => output)).toEqual(['2', '3', '4', '5', '6']);
  });

  test('is asked for more often while the start takes', () => {
    expect(nextQuestion(startingHealth, plan, 4999)).toBe(500);
    expect(nextQuestion(startingHealth, plan, 5000)).toBe(10_000);
    expect(nextQuestion({ ...startingHealth, status: 'healthy' }, plan, 100)).toBe(10_000);
    expect(nextQuestion(startingHealth, { ...plan, startPeriodMs: 0 }, 0)).toBe(10_000);
  });
});

describe('how it is asked for', () => {
  test('has defaults', () => {
    expect(healthPlan({ test: ['CMD-SHELL', 'test -e /x'] })).toEqual({
      command: ['/bin/sh', '-c', 'test -e /x'],
      intervalMs: 30_000,
      timeoutMs: 30_000,
      startPeriodMs: 0,
      startIntervalMs: 5000,
      retries: 3,
    });
    expect(healthPlan({ test: ['CMD-SHELL', 'x'] }, ['/bin/bash', '-c'])?.command).toEqual(['/bin/bash', '-c', 'x']);
    expect(healthPlan({ test: ['CMD', 'test', '-e'], interval: SECOND })).toMatchObject({
      command: ['test', '-e'],
      intervalMs: 1000,
    });
  });

  test('is never asked for sooner than it says: timers know whole milliseconds, and no month', () => {
    const month = 31 * 86_400 * SECOND;
    const check = { test: ['CMD', 'true'], interval: month, timeout: 1_500_001, startInterval: month };
    expect(healthPlan(check)).toMatchObject({
      intervalMs: 2 ** 31 - 1,
      timeoutMs: 2,
      startIntervalMs: 2 ** 31 - 1,
    });
  });

  test.each([[undefined], [{ test: ['NONE'] }], [{ test: [] }], [{ test: ['CMD'] }], [{ test: ['CMD-SHELL'] }]])(
    '%j asks for nothing',
    (check) => expect(healthPlan(check)).toBeUndefined(),
  );

  test("what is left out is the image's", () => {
    const image = { test: ['CMD', 'a'], interval: SECOND, retries: 7 };
    expect(mergeHealthCheck(undefined, image)).toEqual(image);
    expect(mergeHealthCheck({ test: [], interval: 2 * SECOND }, image)).toMatchObject({
      test: ['CMD', 'a'],
      interval: 2 * SECOND,
      retries: 7,
    });
    expect(mergeHealthCheck({ test: ['NONE'] }, image)?.test).toEqual(['NONE']);
    expect(mergeHealthCheck(undefined, undefined)).toBeUndefined();
  });

  test.each([
    [{ test: ['CMD', 'a'], interval: 999 }, 'Interval in Healthcheck cannot be less than one millisecond (1ms)'],
    [{ test: ['CMD', 'a'], startPeriod: -1 }, 'StartPeriod in Healthcheck cannot be less'],
    [{ test: ['CMD', 'a'], retries: -1 }, 'Retries in Healthcheck cannot be negative'],
    [{ test: ['PING'] }, 'Unknown health check type "PING"'],
  ])('%j is refused', (check, words) => {
    expect(() => mergeHealthCheck(check, undefined)).toThrow(words);
  });
});
