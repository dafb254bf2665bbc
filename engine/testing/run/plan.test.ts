import { expect, test } from 'vitest';

import { planOf } from './plan.ts';

test.each([
  [[], true, true, ['unit', 'linux', 'e2e'], []],
  [['--fast'], false, false, ['unit'], []],
  [['--checks'], true, false, [], []],
  [['--unit', '--fast'], false, false, ['unit'], []],
  [['--linux', '-t', 'overlay'], false, true, ['linux'], ['-t', 'overlay']],
  [['engine/oci/a.test.ts'], false, false, ['*'], ['engine/oci/a.test.ts']],
])('npm test -- %j', (args, checks, launcher, projects, vitestArgs) => {
  expect(planOf(args)).toEqual({ checks, launcher, projects, vitestArgs });
});
