import { expect, test } from 'vitest';

import { formatAge, formatBytes } from './format.ts';
import { formatTable } from './table.ts';

test.each([
  [0, '0B'],
  [999, '999B'],
  [1000, '1kB'],
  [82_400_000, '82.4MB'],
  [1_234_567_890, '1.23GB'],
])('%d bytes are %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test.each([
  [1000, 1030, 'just now'],
  [1000, 1090, 'a minute ago'],
  [1000, 1000 + 7200, '2 hours ago'],
  [1000, 1000 + 40 * 86_400, 'a month ago'],
  [0, 1_800_000_000, 'unknown'],
])('what was made at %d is seen at %d as %s', (then, now, text) => {
  expect(formatAge(then, now)).toBe(text);
});

test('columns stand under their heads', () => {
  expect(
    formatTable(
      ['ID', 'NAME'],
      [
        ['longer', 'x'],
        ['a', ''],
      ],
    ),
  ).toBe('ID      NAME\nlonger  x\na\n');
});
