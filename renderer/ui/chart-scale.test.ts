import { expect, test } from 'vitest';

import { areaPath, chartRuns, linePath, nearestIndex, niceTop } from './chart-scale.ts';

const drawn = { span: { from: 0, to: 10_000 }, top: 10, width: 100, height: 50 };

test('a line goes through each sample from where the first began', () => {
  const runs = chartRuns({ ...drawn, times: [1000, 2000], lengths: [1000, 1000], values: [0, 10] });
  expect(runs).toEqual([
    [
      { x: 0, y: 50 },
      { x: 10, y: 50 },
      { x: 20, y: 0 },
    ],
  ]);
  expect(linePath(runs)).toBe('M0.0 50.0L10.0 50.0L20.0 0.0');
});

test('where nobody measured, the line is interrupted', () => {
  const runs = chartRuns({ ...drawn, times: [1000, 9000], lengths: [1000, 1000], values: [5, 5] });
  expect(runs.map((run) => run.map(({ x }) => x))).toEqual([
    [0, 10],
    [80, 90],
  ]);
  expect(areaPath(runs, 50)).toBe('M0.0 50L0.0 25.0L10.0 25.0L10.0 50ZM80.0 50L80.0 25.0L90.0 25.0L90.0 50Z');
});

test('what lies outside is not drawn, and nothing rises above the top', () => {
  const runs = chartRuns({ ...drawn, times: [-5000, 1000], lengths: [1000, 1000], values: [1, 99] });
  expect(runs).toEqual([
    [
      { x: 0, y: 0 },
      { x: 10, y: 0 },
    ],
  ]);
});

test.each([
  [0, 1, 1],
  [1.2, 1, 2],
  [0.3, 0.1, 0.5],
  [2_100_000, 1000, 2_500_000],
  [100, 1, 100],
])('above %d (at least %d) stands %d', (value, least, top) => {
  expect(niceTop(value, least)).toBeCloseTo(top);
});

test('a moment leads to the nearest sample', () => {
  expect(nearestIndex([1000, 2000, 3000], 2400)).toBe(1);
  expect(nearestIndex([], 5)).toBe(-1);
});
