import { expect, test } from 'vitest';

import { describeWith, lacks } from '#engine/testing/requires.ts';
import { runInUserModeLinux } from '#engine/testing/user-mode-linux.ts';

const needs = ['root', 'launcher', 'busybox', 'user-mode Linux'] as const;

// One boot for all: these are the tests of files that this machine skips, run where what they need is there.
const outcomes = lacks(needs) ? [] : await runInUserModeLinux(['engine/runtime/cgroups-v2.linux.test.ts']);

describeWith(needs, 'on a kernel with nothing but control groups of version 2', () => {
  test('every test was run', () => {
    expect(outcomes.length).toBeGreaterThan(10);
  });

  test.each(outcomes.map(({ name, failure }) => [name, failure] as const))('%s', (_, failure) => {
    expect(failure).toBeUndefined();
  });
});
