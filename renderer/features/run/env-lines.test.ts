import { expect, test } from 'vitest';

import { parseEnvLines } from './env-lines.ts';

test('reads lines as they are pasted', () => {
  const pasted =
    '# database\nDB_URL=postgres://u:p@h/d?a=b\r\n\nexport TOKEN="a b"\n  EMPTY=\nnot an assignment\nQ=\'x\'';
  expect(parseEnvLines(pasted)).toEqual([
    { name: 'DB_URL', value: 'postgres://u:p@h/d?a=b' },
    { name: 'TOKEN', value: 'a b' },
    { name: 'EMPTY', value: '' },
    { name: 'Q', value: 'x' },
  ]);
});

test.each(['', 'just words', '#A=1', '=x'])('finds nothing in %j', (text) => {
  expect(parseEnvLines(text)).toEqual([]);
});
