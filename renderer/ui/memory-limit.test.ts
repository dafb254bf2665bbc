import { expect, test } from 'vitest';

import { memoryOption, parseMemory } from './memory-limit.ts';

test.each([
  ['1048576', 1_048_576],
  ['512m', 536_870_912],
  [' 512 MiB ', 536_870_912],
  ['512MB', 536_870_912],
  ['1.5g', 1_610_612_736],
  ['64k', 65_536],
  ['100b', 100],
])('reads %j', (text, bytes) => {
  expect(parseMemory(text)).toBe(bytes);
});

test.each(['', 'm', '-1', '1,5g', '512x', '1g 2m', '99999999999t'])('finds no size in %j', (text) => {
  expect(parseMemory(text)).toBeUndefined();
});

test.each([
  [536_870_912, '512m'],
  [1_610_612_736, '1536m'],
  [1_073_741_824, '1g'],
  [1_000_000, '1000000'],
])('writes %i as %s, and reads it back', (bytes, text) => {
  expect(memoryOption(bytes)).toBe(text);
  expect(parseMemory(text)).toBe(bytes);
});
