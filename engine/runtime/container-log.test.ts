import { appendFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';

import { readContainerLog, type LogOptions } from './container-log.ts';
import type { LogChunk } from './runtime.ts';

const START = 0;
const OUT = 1;
const ERR = 2;
const END = 255;

function record(stream: number, length: number, milliseconds = 0): Buffer {
  const bytes = Buffer.alloc(16);
  bytes.writeBigUInt64LE(BigInt(milliseconds) * 1000n, 0);
  bytes.writeUInt32LE(length, 8);
  bytes.writeUInt8(stream, 12);
  return bytes;
}

async function append(bundle: string, stream: number, text = '', milliseconds = 0): Promise<void> {
  await appendFile(join(bundle, 'log'), text);
  await appendFile(join(bundle, 'log.index'), record(stream, Buffer.byteLength(text), milliseconds));
}

async function bundleWith(pieces: readonly (readonly [number, string?])[]): ReturnType<typeof temporaryDirectory> {
  const dir = await temporaryDirectory('log');
  await writeFile(join(dir.path, 'shim.sock'), '');
  for (const [stream, text] of pieces) await append(dir.path, stream, text);
  return dir;
}

async function read(bundle: string, options: LogOptions = { follow: false }): Promise<readonly string[]> {
  const heard: string[] = [];
  for await (const { stream, bytes } of readContainerLog(bundle, options)) {
    heard.push(`${stream} ${Buffer.from(bytes).toString()}`);
  }
  return heard;
}

function textOf(result: IteratorResult<LogChunk, unknown>): string | undefined {
  return result.done === true ? undefined : Buffer.from(result.value.bytes).toString();
}

const story = [[START], [OUT, 'one\n'], [ERR, 'two\nth'], [OUT, 'ree\nfour\n'], [END]] as const;

test('pieces come in their order, with their stream', async () => {
  await using dir = await bundleWith(story);
  expect(await read(dir.path)).toEqual(['stdout one\n', 'stderr two\nth', 'stdout ree\nfour\n']);
});

test('each has its moment', async () => {
  await using dir = await bundleWith([]);
  await append(dir.path, OUT, 'x', 1_764_000_000_123);
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
  expect(await read(dir.path, { follow: false, tailLines })).toEqual(expected);
});

test('a last line that isn’t finished is one', async () => {
  await using dir = await bundleWith([[OUT, 'one\ntwo\nrest']]);
  expect(await read(dir.path, { follow: false, tailLines: 1 })).toEqual(['stdout rest']);
  expect(await read(dir.path, { follow: false, tailLines: 2 })).toEqual(['stdout two\nrest']);
});

test('the tail of much is found across blocks', async () => {
  const lines = Array.from({ length: 30_000 }, (_, index) => `line ${index}\n`);
  await using dir = await bundleWith([[OUT, lines.join('')]]);
  expect(await read(dir.path, { follow: false, tailLines: 20_000 })).toEqual([
    `stdout ${lines.slice(10_000).join('')}`,
  ]);
});

test('more records than fit in one read', async () => {
  await using dir = await temporaryDirectory('log');
  await writeFile(join(dir.path, 'log'), 'x'.repeat(10_000));
  await writeFile(join(dir.path, 'log.index'), Buffer.concat(Array.from({ length: 10_000 }, () => record(OUT, 1))));
  expect(await read(dir.path)).toHaveLength(10_000);
});

test('half a record is not there yet', async () => {
  await using dir = await bundleWith([[OUT, 'whole']]);
  await appendFile(join(dir.path, 'log'), 'half');
  await appendFile(join(dir.path, 'log.index'), record(OUT, 4).subarray(0, 7));
  expect(await read(dir.path)).toEqual(['stdout whole']);
});

test('a container that never started has said nothing', async () => {
  await using dir = await temporaryDirectory('log');
  expect(await read(dir.path, { follow: true })).toEqual([]);
});

test('following goes on until the end', async () => {
  await using dir = await bundleWith([[START], [OUT, 'before']]);
  const chunks = readContainerLog(dir.path, { follow: true });
  expect(textOf(await chunks.next())).toBe('before');
  const next = chunks.next();
  await append(dir.path, ERR, 'after');
  expect((await next).value).toMatchObject({ stream: 'stderr' });
  const last = chunks.next();
  await append(dir.path, END);
  expect((await last).done).toBe(true);
});

test('following goes on where a container runs again that hasn’t said anything yet', async () => {
  await using dir = await bundleWith([...story, [START]]);
  const chunks = readContainerLog(dir.path, { follow: true });
  for (const _ of [1, 2, 3]) await chunks.next();
  const next = chunks.next();
  await append(dir.path, OUT, 'again');
  expect(textOf(await next)).toBe('again');
  await chunks.return(undefined);
});

test('following ends, with all there is, when the shim went without a word', async () => {
  await using dir = await bundleWith([[START], [OUT, 'one']]);
  const reading = read(dir.path, { follow: true });
  await append(dir.path, OUT, 'two');
  await rm(join(dir.path, 'shim.sock'));
  expect(await reading).toEqual(['stdout one', 'stdout two']);
});

test('following ends when it isn’t wanted any more', async () => {
  await using dir = await bundleWith([[START], [OUT, 'one']]);
  const stop = new AbortController();
  const chunks = readContainerLog(dir.path, { follow: true, signal: stop.signal });
  await chunks.next();
  const next = chunks.next();
  stop.abort();
  expect((await next).done).toBe(true);
});
