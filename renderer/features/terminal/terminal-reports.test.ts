import { expect, test } from 'vitest';

import { isTerminalReport } from './terminal-reports.ts';

test.each([
  '\x1b[?1;2c',
  '\x1b[>0;276;0c',
  '\x1b[24;80R',
  '\x1b[0n',
  '\x1b[8;24;80t',
  '\x1b[?2004;1$y',
  '\x1b[I',
  '\x1b]11;rgb:1010/1414/1818\x1b\\',
  '\x1b]10;rgb:ffff/ffff/ffff\x07',
  '\x1bP1$r0m\x1b\\',
  '\x1b[?1;2c\x1b[24;80R',
])('knows %j for an answer of the terminal', (data) => {
  expect(isTerminalReport(data)).toBe(true);
});

test.each(['a', 'ls\r', '\x1b', '\x1b[A', '\x1bOA', '\x1b[1;5C', '\x1b[3~', '\x03', '\x1b[200~x\x1b[201~', 'c'])(
  'knows %j for typed',
  (data) => {
    expect(isTerminalReport(data)).toBe(false);
  },
);
