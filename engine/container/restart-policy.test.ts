import { describe, expect, test } from 'vitest';

import type { RestartPolicy } from '#engine/contract/container-options.ts';

import { isStartedWithEngine, nextRestart, parseRestartPolicy, type EndedRun } from './restart-policy.ts';

const always: RestartPolicy = { name: 'always', maximumRetries: 0 };

/** How long each of a row of runs, all as long and ending alike, is waited for. */
function delays(policy: RestartPolicy, runs: number, ended: Omit<EndedRun, 'before'>): (number | undefined)[] {
  let before: EndedRun['before'];
  return Array.from({ length: runs }, () => {
    before = nextRestart(policy, { ...ended, before });
    return before?.delayMs;
  });
}

describe('the wait before a start', () => {
  test('doubles up to a minute', () => {
    expect(delays(always, 12, { exitCode: 1, ranMs: 5 })).toEqual([
      100, 200, 400, 800, 1600, 3200, 6400, 12_800, 25_600, 51_200, 60_000, 60_000,
    ]);
  });

  test('begins anew after ten seconds of running', () => {
    const before = { count: 7, delayMs: 6400 };
    expect(nextRestart(always, { exitCode: 1, ranMs: 9999, before })).toEqual({ count: 8, delayMs: 12_800 });
    expect(nextRestart(always, { exitCode: 1, ranMs: 10_000, before })).toEqual({ count: 8, delayMs: 100 });
  });
});

describe('a policy', () => {
  test.each([
    ['no', 0, 1, undefined],
    ['always', 0, 0, 1],
    ['unless-stopped', 0, 0, 1],
    ['on-failure', 0, 0, undefined],
    ['on-failure', 0, 3, 1],
  ] as const)('%s:%i after exit code %i', (name, maximumRetries, exitCode, count) => {
    expect(nextRestart({ name, maximumRetries }, { exitCode, ranMs: 5 })?.count).toBe(count);
  });

  test('on-failure:3 is content with three', () => {
    const policy: RestartPolicy = { name: 'on-failure', maximumRetries: 3 };
    expect(delays(policy, 5, { exitCode: 1, ranMs: 5 })).toEqual([100, 200, 400, undefined, 100]);
  });

  test.each([
    ['no', false, false],
    ['always', true, true],
    ['unless-stopped', false, true],
    ['unless-stopped', true, false],
    ['on-failure', false, false],
  ] as const)('%s of one stopped by hand (%s) at the start of an engine', (name, wasStoppedByHand, isStarted) => {
    expect(isStartedWithEngine({ name, maximumRetries: 0 }, wasStoppedByHand)).toBe(isStarted);
  });

  test.each([
    [undefined, undefined, { name: 'no', maximumRetries: 0 }],
    ['', 4, { name: 'no', maximumRetries: 0 }],
    ['on-failure', 4, { name: 'on-failure', maximumRetries: 4 }],
    ['always', 0, { name: 'always', maximumRetries: 0 }],
  ])('%s:%s is understood', (name, maximumRetries, policy) => {
    expect(parseRestartPolicy(name, maximumRetries)).toEqual(policy);
  });

  test.each([
    ['sometimes', 0, "unknown policy 'sometimes'"],
    ['always', 2, "can only be used with 'on-failure'"],
    ['on-failure', -1, 'cannot be negative'],
  ])('%s:%s is refused', (name, maximumRetries, words) => {
    expect(() => parseRestartPolicy(name, maximumRetries)).toThrow(words);
  });
});
