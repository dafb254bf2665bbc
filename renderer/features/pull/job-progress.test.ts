import { expect, test } from 'vitest';

import type { LayerProgress } from '#engine/contract/image.ts';

import { barThickness, fetchedBytes, layerShare, overallShare } from './job-progress.ts';

const layer = (state: LayerProgress['state'], current: number, total: number): LayerProgress => ({
  digest: 'sha256:0',
  state,
  current,
  total,
});

test('what is already here is not fetched', () => {
  const layers = [layer('exists', 0, 500), layer('downloading', 30, 100), layer('unpacking', 7, 50)];
  expect(fetchedBytes(layers)).toEqual({ current: 80, total: 150, existing: 500 });
});

test('a layer only ever moves forward', () => {
  const course = [
    layer('waiting', 0, 100),
    layer('downloading', 50, 100),
    layer('downloading', 100, 100),
    layer('verifying', 0, 100),
    layer('unpacking', 0, 100),
    layer('unpacking', 900, 100),
    layer('done', 0, 100),
  ].map(layerShare);
  expect(course).toEqual(course.toSorted((a, b) => a - b));
  expect(course.at(-1)).toBe(1);
});

test('nobody knows how far a pull without layers is', () => {
  expect(overallShare([])).toBeUndefined();
  expect(overallShare([layer('done', 0, 10), layer('waiting', 0, 30)])).toBe(0.25);
});

test('a bar grows with its bytes and keeps within bounds', () => {
  const [none, small, large, huge] = [0, 1e5, 1e8, 1e12].map(barThickness);
  expect(none).toBe(12);
  expect(small).toBeGreaterThan(12);
  expect(large).toBeGreaterThan(small ?? 0);
  expect(huge).toBe(34);
});
