import { expect, test } from 'vitest';

import { hexRows, parseOffset } from './hex-rows.ts';

test('bytes stand sixteen a line, each line with its place in the file', () => {
  const bytes = Uint8Array.from({ length: 18 }, (_, index) => 0x3e + index);
  expect(hexRows(bytes, 0x1000, 16)).toEqual([
    {
      offset: '00001000',
      hex: '3e 3f 40 41 42 43 44 45  46 47 48 49 4a 4b 4c 4d',
      letters: '>?@ABCDEFGHIJKLM',
    },
    { offset: '00001010', hex: '4e 4f'.padEnd(48), letters: 'NO' },
  ]);
});

test('where there is little room they stand eight a line', () => {
  const bytes = Uint8Array.from({ length: 9 }, (_, index) => 0x41 + index);
  expect(hexRows(bytes, 0, 8)).toEqual([
    { offset: '00000000', hex: '41 42 43 44 45 46 47 48', letters: 'ABCDEFGH' },
    { offset: '00000008', hex: '49'.padEnd(23), letters: 'I' },
  ]);
});

test.each([
  ['4096', 4096],
  [' 0x1000 ', 4096],
  ['10h', 16],
  ['ff', undefined],
  ['', undefined],
  ['-1', undefined],
])('the place %j is %s', (text, expected) => {
  expect(parseOffset(text)).toBe(expected);
});
