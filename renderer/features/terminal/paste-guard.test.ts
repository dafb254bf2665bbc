import { expect, test } from 'vitest';

import { cleanPaste, countLines, needsConsent } from './paste-guard.ts';

test.each([
  ['ls -l', false, false],
  ['ls -l\n', false, true],
  ['one\ntwo', false, true],
  ['one\rtwo', false, true],
  ['one\ntwo', true, false],
])('%j with bracketed paste %s needs consent: %s', (text, isBracketed, expected) => {
  expect(needsConsent(text, isBracketed)).toBe(expected);
});

test('lets no pasted text end bracketed paste', () => {
  expect(cleanPaste('echo hi\x1b[201~\nrm -rf x')).toBe('echo hi[201~\nrm -rf x');
});

test('keeps tabs, line ends and letters of any script', () => {
  expect(cleanPaste('a\tb\r\nñandú 日本 🐳')).toBe('a\tb\r\nñandú 日本 🐳');
});

test.each([
  ['one', 1],
  ['one\n', 1],
  ['one\r\ntwo\r\n', 2],
  ['one\n\nthree', 3],
])('counts the lines of %j', (text, count) => {
  expect(countLines(text)).toBe(count);
});
