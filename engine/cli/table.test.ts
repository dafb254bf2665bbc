import { expect, test } from 'vitest';

import { formatTable } from './table.ts';

test('a table of an image with more files than a call takes arguments is made', () => {
  const rows = Array.from({ length: 200_000 }, (_, index) => [`${index}`, '/f']);
  expect(formatTable(['SIZE', 'PATH'], rows).split('\n')).toHaveLength(200_002);
});

test('what an image names its files moves no cursor and begins no line', () => {
  const table = formatTable(
    ['PATH', 'SIZE'],
    [
      ['/a\u001B[2J\nb', '1'],
      ['/\u202Etxt.sh\u009B', '2'],
    ],
  );
  expect(table).toBe('PATH               SIZE\n/a\\x1B[2J\\x0Ab     1\n/\\u202Etxt.sh\\x9B  2\n');
});

test('letters that take two columns are counted as two', () => {
  expect(
    formatTable(
      ['PATH', 'SIZE'],
      [
        ['/漢字', '1'],
        ['/plain', '2'],
      ],
    ),
  ).toBe('PATH    SIZE\n/漢字   1\n/plain  2\n');
});
