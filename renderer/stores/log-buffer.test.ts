import { expect, test } from 'vitest';

import { LogBuffer } from './log-buffer.ts';

const lines = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => ({ stream: 'stdout' as const, time: 0, text: String(from + index) }));

test('lets the oldest lines go and keeps the numbers of the others', () => {
  const buffer = new LogBuffer(100);
  for (let from = 0; from < 1000; from += 10) buffer.push(lines(from, from + 10));
  expect(buffer.end).toBe(1000);
  expect(buffer.end - buffer.first).toBeGreaterThanOrEqual(100);
  expect(buffer.end - buffer.first).toBeLessThanOrEqual(110);
  expect(buffer.at(999)?.text).toBe('999');
  expect(buffer.at(buffer.first)?.text).toBe(String(buffer.first));
  expect(buffer.at(buffer.first - 1)).toBeUndefined();
  expect(buffer.at(1000)).toBeUndefined();
});

test('counts anew when cleared', () => {
  const buffer = new LogBuffer(10);
  buffer.push(lines(0, 5));
  buffer.clear();
  expect([buffer.first, buffer.end, buffer.generation]).toEqual([0, 0, 1]);
});

test('says how much of the log was missed until it is cleared', () => {
  const buffer = new LogBuffer(10);
  buffer.push([{ stream: 'stdout', time: 0, text: 'a', missedBytes: 5 }, ...lines(0, 20)]);
  buffer.push([{ stream: 'stdout', time: 0, text: 'b', missedBytes: 7 }]);
  expect(buffer.missedBytes).toBe(12);
  buffer.clear();
  expect(buffer.missedBytes).toBe(0);
});
