import { expect, test } from 'vitest';

import { compileQuery, cutByRanges } from './log-search.ts';

const find = (
  text: string,
  line: string,
  options: { isRegex?: boolean; matchCase?: boolean } = {},
): readonly string[] => {
  const { matcher } = compileQuery({ text, isRegex: false, matchCase: false, ...options });
  return (matcher?.(line) ?? []).map(({ from, to }) => line.slice(from, to));
};

test('finds text in any case, or in its own', () => {
  expect(find('err', 'Error: ERR, terror')).toEqual(['Err', 'ERR', 'err']);
  expect(find('err', 'Error: ERR, terror', { matchCase: true })).toEqual(['err']);
});

test('takes text as it stands unless it is a regular expression', () => {
  expect(find('a.c', 'abc a.c')).toEqual(['a.c']);
  expect(find('a.c', 'abc a.c', { isRegex: true })).toEqual(['abc', 'a.c']);
  expect(find('[', 'a[0]')).toEqual(['[']);
});

test('says what is wrong with a regular expression', () => {
  expect(compileQuery({ text: '(', isRegex: true, matchCase: false }).problem).toContain('Unterminated group');
});

test('does not hang on a pattern that matches nothing', () => {
  expect(find('x*', 'abc', { isRegex: true })).toEqual([]);
});

test('looks for nothing when there is nothing to look for', () => {
  expect(compileQuery({ text: '', isRegex: true, matchCase: false })).toEqual({ matcher: undefined });
});

test('cuts a match that runs over two spans', () => {
  expect(cutByRanges([{ text: 'abc' }, { text: 'def' }], [{ from: 1, to: 5 }])).toEqual([
    { text: 'a', span: 0, isMatch: false },
    { text: 'bc', span: 0, isMatch: true },
    { text: 'de', span: 1, isMatch: true },
    { text: 'f', span: 1, isMatch: false },
  ]);
});

test('leaves spans whole without matches', () => {
  expect(cutByRanges([{ text: 'abc' }], [])).toEqual([{ text: 'abc', span: 0, isMatch: false }]);
});
