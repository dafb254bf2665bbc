import { expect, test } from 'vitest';

import { parseSize, parseSpan } from './parse-size.ts';

test.each([
  ['0', 0],
  ['512m', 536_870_912],
  ['5G', 5_368_709_120],
  ['1.5k', 1536],
  ['2GiB', 2_147_483_648],
])('%s is so many bytes', (text, bytes) => {
  expect(parseSize(text)).toBe(bytes);
});

test.each([
  ['90s', 90],
  ['12h', 43_200],
  ['7d', 604_800],
])('%s is so many seconds', (text, seconds) => {
  expect(parseSpan(text)).toBe(seconds);
});

test.each(['', 'much', '5x', '-1', '1e3'])('%j is neither', (text) => {
  expect(() => parseSize(text)).toThrow('is no size');
  expect(() => parseSpan(text)).toThrow('is no span');
});
