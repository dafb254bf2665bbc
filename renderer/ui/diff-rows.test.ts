import { expect, test } from 'vitest';

import { type DiffHunk, type DiffRow, inlineRows, type PlacedLine, splitRows } from './diff-rows.ts';

const hunks: readonly DiffHunk[] = [
  {
    before: 4,
    now: 4,
    lines: [
      { kind: 'same', text: 'a' },
      { kind: 'removed', text: 'port = 80' },
      { kind: 'removed', text: 'gone' },
      { kind: 'added', text: 'port = 8080' },
      { kind: 'same', text: 'b' },
      { kind: 'added', text: 'new' },
    ],
  },
];
const word = (line: PlacedLine | undefined): string =>
  line === undefined ? '-' : `${line.before ?? ''}:${line.now ?? ''} ${line.text}`;
const drawn = (row: DiffRow): string => {
  if (row.kind === 'left-out') return '…';
  return row.kind === 'inline' ? word(row.line) : `${word(row.before)} | ${word(row.now)}`;
};

test('the lines of both texts stand in one list, each with its place in both', () => {
  expect(inlineRows(hunks).map(drawn)).toEqual([
    '…',
    '4:4 a',
    '5: port = 80',
    '6: gone',
    ':5 port = 8080',
    '7:6 b',
    ':7 new',
  ]);
});

test('side by side what was replaced stands beside what replaced it', () => {
  expect(splitRows(hunks).map(drawn)).toEqual([
    '…',
    '4:4 a | 4:4 a',
    '5: port = 80 | :5 port = 8080',
    '6: gone | -',
    '7:6 b | 7:6 b',
    '- | :7 new',
  ]);
});

test('of a replaced line the letters that differ are told', () => {
  const changed = inlineRows(hunks).flatMap((row) =>
    row.kind === 'inline' && row.line.kind !== 'same'
      ? [row.line.text.slice(row.line.changed.start, row.line.changed.end)]
      : [],
  );
  expect(changed).toEqual(['', '', '80', '']);
});
