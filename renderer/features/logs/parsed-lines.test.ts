import { expect, test } from 'vitest';

import type { LogEntry } from '#engine/contract/container.ts';
import { LogBuffer } from '#renderer/stores/log-buffer.ts';

import { MatchingLines, parsedLine } from './parsed-lines.ts';

const entry = (text: string): LogEntry => ({ stream: 'stdout', time: 1, text });

function matching(word: string): MatchingLines {
  return new MatchingLines((line) => (line.includes(word) ? [{ from: 0, to: 1 }] : []));
}

test('a line is parsed once', () => {
  const line = entry('\x1b[31mred');
  expect(parsedLine(line)).toBe(parsedLine(line));
  expect(parsedLine(line).text).toBe('red');
});

test('matches are found in what was there and in what is added', () => {
  const buffer = new LogBuffer(100);
  const lines = matching('err');
  buffer.push([entry('ok'), entry('\x1b[1merr\x1b[0mor')]);
  expect(lines.of(buffer, 0)).toEqual([1]);
  buffer.push([entry('ok'), entry('err')]);
  expect(lines.of(buffer, 0)).toEqual([1, 3]);
});

test('hidden lines and lines that were let go do not count', () => {
  const buffer = new LogBuffer(2);
  const lines = matching('err');
  buffer.push([entry('err'), entry('err'), entry('err')]);
  expect(buffer.first).toBe(1);
  expect(lines.of(buffer, buffer.first)).toEqual([1, 2]);
  expect(lines.of(buffer, 2)).toEqual([2]);
});

test('a log that is read anew is searched anew', () => {
  const buffer = new LogBuffer(100);
  const lines = matching('err');
  buffer.push([entry('err'), entry('err')]);
  expect(lines.of(buffer, 0)).toEqual([0, 1]);
  buffer.clear();
  buffer.push([entry('ok'), entry('err')]);
  expect(lines.of(buffer, 0)).toEqual([1]);
});
