import { expect, test } from 'vitest';

import { planOf } from './plan.ts';

test.each([
  [[], { checks: true, launcher: true, projects: ['unit', 'linux', 'e2e'] }],
  [['--fast'], { projects: ['unit'] }],
  [['--checks'], { checks: true }],
  [['--unit', '--fast'], { projects: ['unit'] }],
  [['--linux', '-t', 'overlay'], { launcher: true, projects: ['linux'], vitestArgs: ['-t', 'overlay'] }],
  [['engine/oci/a.test.ts'], { projects: ['*'], vitestArgs: ['engine/oci/a.test.ts'] }],
])('npm test -- %j', (args, plan) => {
  expect(planOf(args)).toEqual({ checks: false, launcher: false, projects: [], vitestArgs: [], ...plan });
});
