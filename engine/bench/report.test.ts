import { expect, test } from 'vitest';

import type { Measure, Target } from './measure.ts';
import { lineOf } from './report.ts';

function measure(target?: Target): Measure {
  const contestants = (): Promise<never[]> => Promise.resolve([]);
  return { name: 'x', title: 'x', unit: 'ms', rounds: 1, warmsUp: false, contestants, ...(target ? { target } : {}) };
}

const figures = new Map([
  ['estrato', [9, 10, 11]],
  ['docker', [100, 100, 400]],
]);

test.each<[string, Target, string]>([
  ['a part of another that is reached', { of: 'docker', atMost: 0.1 }, '✓ 0.090 × docker (≤ 0.1)'],
  ['a part that is not', { of: 'docker', atMost: 0.05 }, '✗ 0.090 × docker (≤ 0.05)'],
  ['a multiple', { of: 'docker', atLeast: 8 }, '✗ 0.090 × docker (≥ 8)'],
  ['a figure', { atMost: 300 }, '✓ 10.000 (≤ 300)'],
  ['somebody who is not installed', { of: 'podman', atMost: 1 }, 'podman is not there to compare with'],
])('a target that is %s', (_, target, verdict) => {
  expect(lineOf(measure(target), figures)).toContain(` ${verdict} `);
});

test('every median is shown with its unit, and a failed measure says so', () => {
  expect(lineOf(measure(), figures)).toMatch(/estrato 10\.0 · docker 100 ms\n +x$/);
  expect(lineOf(measure({ atMost: 1 }), new Map([['docker', [1]]]))).toContain('failed');
});
