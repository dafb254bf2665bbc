import { expect, test } from 'vitest';

import { LogBuffer } from '#renderer/stores/log-buffer.ts';

import { clockTime, firstShown, logText } from './log-text.ts';

function buffer(): LogBuffer {
  const made = new LogBuffer(100);
  made.push([
    { stream: 'stdout', time: 1000, text: '\x1b[32mone\x1b[0m' },
    { stream: 'stderr', time: 2000, text: 'two' },
    { stream: 'stdout', time: 3000, text: 'three' },
  ]);
  return made;
}

test('text is copied without colours, with times where they are shown', () => {
  expect(logText(buffer(), [0, 1], { hasTimes: false })).toBe('one\ntwo\n');
  expect(logText(buffer(), [1], { hasTimes: true })).toBe('1970-01-01T00:00:02.000Z two\n');
});

test.each([
  [0, 0],
  [999, 0],
  [1000, 1],
  [2500, 2],
  [3000, 3],
])('what was cleared until %i leaves lines from %i', (clearedUntil, first) => {
  expect(firstShown(buffer(), clearedUntil)).toBe(first);
});

test('a clock shows milliseconds', () => {
  expect(clockTime(new Date(2026, 0, 2, 3, 4, 5, 6).getTime())).toBe('03:04:05.006');
});
