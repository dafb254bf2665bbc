import { expect, test } from 'vitest';

import type { LogEntry } from '#engine/contract/container.ts';
import type { LogChunk } from '#engine/runtime/runtime.ts';

import { logEntries } from './log-entries.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

async function linesOf(chunks: readonly LogChunk[]): Promise<LogEntry[]> {
  const source = (async function* () {
    yield* chunks;
  })();
  return (await Array.fromAsync(logEntries(source))).flat();
}

test('chunks that end anywhere become lines, dated by their first character', async () => {
  const lines = await linesOf([
    { stream: 'stdout', time: 1, bytes: bytes('one\ntw') },
    { stream: 'stderr', time: 2, bytes: bytes('oops\r\n') },
    { stream: 'stdout', time: 3, bytes: bytes('o\n\nlast') },
  ]);
  expect(lines).toEqual([
    { stream: 'stdout', time: 1, text: 'one' },
    { stream: 'stderr', time: 2, text: 'oops' },
    { stream: 'stdout', time: 1, text: 'two' },
    { stream: 'stdout', time: 3, text: '' },
    { stream: 'stdout', time: 3, text: 'last' },
  ]);
});

test('a character cut in two is put together again', async () => {
  const [first, second] = [bytes('né\n').subarray(0, 2), bytes('né\n').subarray(2)];
  const lines = await linesOf([
    { stream: 'stdout', time: 1, bytes: first },
    { stream: 'stdout', time: 2, bytes: second },
  ]);
  expect(lines).toEqual([{ stream: 'stdout', time: 1, text: 'né' }]);
});

test.each([
  ['before its end has come', ''],
  ['with its end', '\n'],
])('a line without measure is told in pieces, %s', async (_, end) => {
  const lines = await linesOf([{ stream: 'stdout', time: 1, bytes: bytes('x'.repeat(150_000) + end) }]);
  expect(lines.map(({ text }) => text.length)).toEqual([65_536, 65_536, 18_928]);
});

test('the first line after what isn’t kept any more says how much that was', async () => {
  const lines = await linesOf([
    { stream: 'stdout', time: 1, bytes: bytes('one\n'), missedBytes: 10 },
    { stream: 'stdout', time: 2, bytes: bytes('two\nthr') },
    { stream: 'stderr', time: 3, bytes: bytes('four\nfive\n'), missedBytes: 7 },
  ]);
  expect(lines.map(({ text, missedBytes }) => [text, missedBytes])).toEqual([
    ['one', 10],
    ['two', undefined],
    ['four', 7],
    ['five', undefined],
    ['thr', undefined],
  ]);
});
