import { expect, test } from 'vitest';

import type { DiffHunk, DiffLine } from '#engine/contract/file-diff.ts';

import { diffTexts } from './line-diff.ts';

const signs = { same: ' ', added: '+', removed: '-' };
const drawn = (hunks: readonly DiffHunk[]): string =>
  hunks.map(({ lines }) => lines.map(({ kind, text }) => signs[kind] + text).join('|')).join(' … ');

test.each([
  ['a\nb\nc\n', 'a\nb\nc\n', ''],
  ['a\nb\nc\n', 'a\nx\nc\n', ' a|-b|+x| c'],
  ['', 'a\nb\n', '+a|+b'],
  ['a\nb\n', '', '-a|-b'],
  ['a\nb\nc\nd\n', 'b\nc\nd\ne\n', '-a| b| c| d|+e'],
  ['a\nb\na\nb\n', 'b\na\nb\na\n', '-a| b| a| b|+a'],
])('from %j to %j leads %s', (before, now, expected) => {
  expect(drawn(diffTexts(before, now, 9))).toBe(expected);
});

test('whatever the texts, both can be read off it again', () => {
  const letters = 'abcab';
  for (let seed = 1; seed < 400; seed += 1) {
    const text = (salt: number): string =>
      Array.from({ length: (seed * salt) % 13 }, (_, at) => letters[(seed * (at + salt) * 7 + at) % 5] ?? '').join(
        '\n',
      );
    const [before, now] = [text(3), text(5)];
    const lines = diffTexts(before, now, 99).flatMap((hunk) => hunk.lines);
    const read = (side: DiffLine['kind']): string =>
      lines.flatMap(({ kind, text: line }) => (kind === side ? [] : [line])).join('\n');
    if (before === now) continue;
    expect(read('added')).toBe(before);
    expect(read('removed')).toBe(now);
  }
});

test('what stays far from any difference is left out, and each part knows where it stands in both', () => {
  const before = Array.from({ length: 20 }, (_, index) => index).join('\n');
  const hunks = diffTexts(before, before.replace('\n4\n', '\nx\ny\n').replace('\n15\n', '\n'), 1);
  expect(drawn(hunks)).toBe(' 3|-4|+x|+y| 5 …  14|-15| 16');
  expect(hunks.map((hunk) => [hunk.before, hunk.now])).toEqual([
    [4, 4],
    [15, 16],
  ]);
});

test('texts that have nothing in common are told as replaced', () => {
  const many = (letter: string): string => Array.from({ length: 4000 }, (_, at) => `${letter}${at}`).join('\n');
  const [only, ...others] = diffTexts(many('a'), many('b'), 3);
  expect(others).toEqual([]);
  expect(only?.lines.filter(({ kind }) => kind === 'removed')).toHaveLength(4000);
  expect(only?.lines.filter(({ kind }) => kind === 'added')).toHaveLength(4000);
});
