import { expect, test } from 'vitest';

import { parsePairLines, parseVariable, splitFields } from './pairs.ts';

test('a file of variables has comments, empty lines and names alone', () => {
  expect(parsePairLines('\uFEFF# said\n\n  A=b c\r\nHOME\nEMPTY=\n', 'env')).toEqual(['A=b c', 'HOME', 'EMPTY=']);
});

test('a line that names nothing is told with its place', () => {
  expect(() => parsePairLines('A=b\n=c\n', 'my.env')).toThrow('my.env:2');
  expect(() => parsePairLines('A b=c\n', 'my.env')).toThrow('"A b" is no name of a variable');
});

test('a name alone is what the environment has', () => {
  expect(parseVariable('A', { A: '1' })).toBe('A=1');
  expect(parseVariable('A', {})).toBeUndefined();
  expect(parseVariable('A=', { A: '1' })).toBe('A=');
});

test('fields are apart by commas, but for those in quotes', () => {
  expect(splitFields('a=1,"b=x,""y""",c')).toEqual(['a=1', 'b=x,"y"', 'c']);
});
