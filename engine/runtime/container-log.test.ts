import { appendFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';

import { readContainerLog } from './container-log.ts';
import type { LogChunk } from './runtime.ts';
import {
  appendToLog,
  beginLog,
  END,
  ERR,
  logRecord,
  OUT,
  readWords,
  START,
  type WrittenChunk,
} from './testing/written-log.ts';

async function bundleWith(chunks: readonly WrittenChunk[]): ReturnType<typeof temporaryDirectory> {
  const dir = await temporaryDirectory('log');
  await beginLog(dir.path, chunks);
  return dir;
}

function textOf(result: IteratorResult<LogChunk, unknown>): string | undefined {
  return result.done === true ? undefined : Buffer.from(result.value.bytes).toString();
}

const story = [
  { stream: START },
  { stream: OUT, text: 'one\n' },
  { stream: ERR, text: 'two\nth' },
  { stream: OUT, text: 'ree\nfour\n' },
  { stream: END },
];

test('pieces come in their order, with their stream', async () => {
  await using dir = await bundleWith(story);
  expect(await readWords(dir.path)).toEqual(['stdout one\n', 'stderr two\nth', 'stdout ree\nfour\n']);
});

test('each has its moment', async () => {
  await using dir = await bundleWith([]);
  await appendToLog(dir.path, { stream: OUT, text: 'x', time: 1_764_000_000_123 });
  const chunks = await Array.fromAsync(readContainerLog(dir.path, { follow: false }));
  expect(chunks.map(({ time }) => time)).toEqual([1_764_000_000_123]);
});

test.each([
  [0, []],
  [1, ['stdout four\n']],
  [2, ['stderr th', 'stdout ree\nfour\n']],
  [3, ['stderr two\nth', 'stdout ree\nfour\n']],
  [4, ['stdout one\n', 'stderr two\nth', 'stdout ree\nfour\n']],
  [99, ['stdout one\n', 'stderr two\nth', 'stdout ree\nfour\n']],
])('the last %i lines, whichever stream they are of', async (tailLines, expected) => {
  await using dir = await bundleWith(story);
  expect(await readWords(dir.path, { follow: false, tailLines })).toEqual(expected);
});

test('a last line that isn’t finished is one', async () => {
  await using dir = await bundleWith([{ stream: OUT, text: 'one\ntwo\nrest' }]);
  expect(await readWords(dir.path, { follow: false, tailLines: 1 })).toEqual(['stdout rest']);
  expect(await readWords(dir.path, { follow: false, tailLines: 2 })).toEqual(['stdout two\nrest']);
});

test('the tail of much is found across blocks', async () => {
  const lines = Array.from({ length: 30_000 }, (_, index) => `line ${index}\n`);
  await using dir = await bundleWith([{ stream: OUT, text: lines.join('') }]);
  expect(await readWords(dir.path, { follow: false, tailLines: 20_000 })).toEqual([
    `stdout ${lines.slice(10_000).join('')}`,
  ]);
});

test('more records than fit in one read', async () => {
  await using dir = await temporaryDirectory('log');
  await writeFile(join(dir.path, 'log'), 'x'.repeat(10_000));
  await writeFile(join(dir.path, 'log.index'), Buffer.concat(Array.from({ length: 10_000 }, () => logRecord(OUT, 1))));
  expect(await readWords(dir.path)).toHaveLength(10_000);
});

test('half a record is not there yet', async () => {
  await using dir = await bundleWith([{ stream: OUT, text: 'whole' }]);
  await appendFile(join(dir.path, 'log'), 'half');
  await appendFile(join(dir.path, 'log.index'), logRecord(OUT, 4).subarray(0, 7));
  expect(await readWords(dir.path)).toEqual(['stdout whole']);
});

test('a container that never started has said nothing', async () => {
  await using dir = await temporaryDirectory('log');
  expect(await readWords(dir.path, { follow: true })).toEqual([]);
});

test('following goes on until the end', async () => {
  await using dir = await bundleWith([{ stream: START }, { stream: OUT, text: 'before' }]);
  const chunks = readContainerLog(dir.path, { follow: true });
  expect(textOf(await chunks.next())).toBe('before');
  const next = chunks.next();
  await appendToLog(dir.path, { stream: ERR, text: 'after' });
  expect((await next).value).toMatchObject({ stream: 'stderr' });
  const last = chunks.next();
  await appendToLog(dir.path, { stream: END });
  expect((await last).done).toBe(true);
});

test('following from the end begins there, whenever it is read', async () => {
  await using dir = await bundleWith([{ stream: START }, { stream: OUT, text: 'before\n' }]);
  const { promise: isPlaced, resolve: onPlaced } = Promise.withResolvers<void>();
  const chunks = readContainerLog(dir.path, { follow: true, tailLines: 0, onPlaced });
  const first = chunks.next();
  await isPlaced;
  await appendToLog(dir.path, { stream: OUT, text: 'after\n' });
  expect(textOf(await first)).toBe('after\n');
  await chunks.return(undefined);
});

test('following goes on where a container runs again that hasn’t said anything yet', async () => {
  await using dir = await bundleWith([...story, { stream: START }]);
  const chunks = readContainerLog(dir.path, { follow: true });
  for (const _ of [1, 2, 3]) await chunks.next();
  const next = chunks.next();
  await appendToLog(dir.path, { stream: OUT, text: 'again' });
  expect(textOf(await next)).toBe('again');
  await chunks.return(undefined);
});

test('following ends, with all there is, when the shim went without a word', async () => {
  await using dir = await bundleWith([{ stream: START }, { stream: OUT, text: 'one' }]);
  const reading = readWords(dir.path, { follow: true });
  await appendToLog(dir.path, { stream: OUT, text: 'two' });
  await rm(join(dir.path, 'shim.sock'));
  expect(await reading).toEqual(['stdout one', 'stdout two']);
});

test('following ends when it isn’t wanted any more', async () => {
  await using dir = await bundleWith([{ stream: START }, { stream: OUT, text: 'one' }]);
  const stop = new AbortController();
  const chunks = readContainerLog(dir.path, { follow: true, signal: stop.signal });
  await chunks.next();
  const next = chunks.next();
  stop.abort();
  expect((await next).done).toBe(true);
});
