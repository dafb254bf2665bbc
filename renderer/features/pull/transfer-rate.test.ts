import { expect, test } from 'vitest';

import { rateOf, type Sample, timeLeft, withSample } from './transfer-rate.ts';

function sampled(...samples: readonly Sample[]): readonly Sample[] {
  return samples.reduce<readonly Sample[]>(withSample, []);
}

test('a rate is told after a moment, of the last seconds only', () => {
  expect(rateOf(sampled({ at: 0, bytes: 0 }, { at: 500, bytes: 1000 }))).toBeUndefined();
  expect(rateOf(sampled({ at: 0, bytes: 0 }, { at: 1000, bytes: 1000 }))).toBe(1000);
  const slowed = sampled({ at: 0, bytes: 0 }, { at: 5000, bytes: 1e6 }, { at: 10_000, bytes: 1e6 });
  expect(rateOf(slowed)).toBe(0);
});

test('what begins anew is measured anew', () => {
  expect(rateOf(sampled({ at: 0, bytes: 5000 }, { at: 1000, bytes: 0 }))).toBeUndefined();
});

test.each([
  [10, 100, { unit: 'seconds', count: 1 }],
  [5900, 100, { unit: 'seconds', count: 59 }],
  [6000, 100, { unit: 'minutes', count: 1 }],
  [720_000, 100, { unit: 'hours', count: 2 }],
])('%i bytes at %i a second', (bytes, rate, left) => {
  expect(timeLeft(bytes, rate)).toEqual(left);
});
