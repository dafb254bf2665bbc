import { expect, test } from 'vitest';

import { layerColour, layerMarkShape, strata } from './layer-mark-shape.ts';

const diffId = (start: string): string => `sha256:${start.padEnd(64, '0')}`;

test('a layer has the same mark wherever it is drawn', () => {
  expect(layerMarkShape(diffId('a1b2c3d4'))).toEqual(layerMarkShape(diffId('a1b2c3d4')));
});

test('marks differ in colour, shade and pattern', () => {
  const looks = ['00000000', '01000000', '00010000', '00000001'].map((start) => layerMarkShape(diffId(start)));
  expect(new Set(looks.map((look) => JSON.stringify(look))).size).toBe(4);
});

test('every pattern is reached', () => {
  const reached = new Set(strata.map((_, index) => layerMarkShape(diffId(`0000000${index.toString(16)}`)).stratum));
  expect(reached.size).toBe(strata.length);
});

test('what is no digest has a mark as well', () => {
  expect(layerColour(layerMarkShape('?'))).toMatch(/^light-dark\(oklch/);
});
