import { expect, test } from 'vitest';

import { diffLines, type DiffLine, withContext } from './line-diff.ts';

const signs = { same: ' ', added: '+', removed: '-' };
const drawn = (lines: readonly (DiffLine | undefined)[]): string =>
  lines.map((line) => (line === undefined ? '…' : signs[line.kind] + line.text)).join('|');

test.each([
  ['a\nb\nc\n', 'a\nb\nc\n', ' a| b| c'],
  ['a\nb\nc\n', 'a\nx\nc\n', ' a|-b|+x| c'],
  ['', 'a\nb\n', '+a|+b'],
  ['a\nb\n', '', '-a|-b'],
  ['a\nb\nc\nd\n', 'b\nc\nd\ne\n', '-a| b| c| d|+e'],
  ['a\nb\na\nb\n', 'b\na\nb\na\n', '-a| b| a| b|+a'],
])('from %j to %j leads %s', (before, now, expected) => {
  expect(drawn(diffLines(before, now))).toBe(expected);
});

test('whatever the texts, both can be read off it again', () => {
  const letters = 'abcab';
  for (let seed = 1; seed < 400; seed += 1) {
    const text = (salt: number): string =>
      Array.from({ length: (seed * salt) % 13 }, (_, at) => letters[(seed * (at + salt) * 7 + at) % 5] ?? '').join(
        '\n',
      );
    const [before, now] = [text(3), text(5)];
    const lines = diffLines(before, now);
    const read = (side: DiffLine['kind']): string =>
      lines.flatMap(({ kind, text: line }) => (kind === side ? [] : [line])).join('\n');
    expect(read('added')).toBe(before);
    expect(read('removed')).toBe(now);
  }
});

test('each line knows where it stands in both', () => {
  expect(diffLines('a\nb\n', 'a\nx\n').map(({ before, now }) => [before, now])).toEqual([
    [1, 1],
    [2, undefined],
    [undefined, 2],
  ]);
});

test('what stays far from any difference is left out', () => {
  const before = Array.from({ length: 9 }, (_, index) => index).join('\n');
  expect(drawn(withContext(diffLines(before, before.replace('4', 'x')), 1))).toBe('…| 3|-4|+x| 5|…');
});

test('texts that have nothing in common are told as replaced', () => {
  const many = (letter: string): string => Array.from({ length: 3000 }, (_, at) => `${letter}${at}`).join('\n');
  const lines = diffLines(many('a'), many('b'));
  expect(lines.filter(({ kind }) => kind === 'removed')).toHaveLength(3000);
  expect(lines.filter(({ kind }) => kind === 'added')).toHaveLength(3000);
});
