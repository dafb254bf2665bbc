import { rm } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';

import { readContainerLog } from './container-log.ts';
import { appendToLog, beginLog, beginSegment, END, ERR, LOST, OUT, readWords, START } from './testing/written-log.ts';

/** Three segments, of which the first is gone if it has been rotated away. */
async function threeSegments({ isRotated = false } = {}): ReturnType<typeof temporaryDirectory> {
  const dir = await temporaryDirectory('log');
  await beginLog(dir.path, [
    { stream: START },
    { stream: OUT, text: 'one\ntwo\n', time: 10 },
    { stream: ERR, text: 'three\n', time: 20 },
  ]);
  await beginSegment(dir.path, 1, 14);
  await appendToLog(dir.path, { segment: 1, stream: OUT, text: 'four\n', time: 30 });
  await beginSegment(dir.path, 2, 19);
  await appendToLog(dir.path, { segment: 2, stream: OUT, text: 'five\n', time: 40 });
  if (isRotated) await removeSegment(dir.path, 0);
  return dir;
}

async function removeSegment(bundle: string, number: number): Promise<void> {
  const name = join(bundle, number === 0 ? 'log' : `log.${number}`);
  await rm(name);
  await rm(`${name}.index`);
}

const whole = ['stdout one\ntwo\n', 'stderr three\n', 'stdout four\n', 'stdout five\n'];

test('segments are read one after the other', async () => {
  await using dir = await threeSegments();
  expect(await readWords(dir.path)).toEqual(whole);
});

test.each([
  [0, []],
  [1, ['stdout five\n']],
  [2, ['stdout four\n', 'stdout five\n']],
  [3, ['stderr three\n', 'stdout four\n', 'stdout five\n']],
  [4, ['stdout two\n', 'stderr three\n', 'stdout four\n', 'stdout five\n']],
  [5, whole],
  [6, whole],
])('the last %i lines, in whichever segment they begin', async (tailLines, expected) => {
  await using dir = await threeSegments();
  expect(await readWords(dir.path, { follow: false, tailLines })).toEqual(expected);
});

test('a line that goes on in the next segment is one', async () => {
  await using dir = await threeSegments();
  await appendToLog(dir.path, { segment: 2, stream: OUT, text: 'si' });
  await beginSegment(dir.path, 3, 26);
  await appendToLog(dir.path, { segment: 3, stream: OUT, text: 'x\n' });
  expect(await readWords(dir.path, { follow: false, tailLines: 1 })).toEqual(['stdout si', 'stdout x\n']);
});

test('a segment in which nothing stands yet changes no tail', async () => {
  await using dir = await threeSegments();
  await beginSegment(dir.path, 3, 24);
  expect(await readWords(dir.path, { follow: false, tailLines: 1 })).toEqual(['stdout five\n']);
});

test('what was rotated away is told, with the first that is left', async () => {
  await using dir = await threeSegments({ isRotated: true });
  expect(await readWords(dir.path)).toEqual(['(14) stdout four\n', 'stdout five\n']);
  expect(await readWords(dir.path, { follow: false, tailLines: 9 })).toEqual(['(14) stdout four\n', 'stdout five\n']);
});

test('who asks for the last lines and gets as many misses nothing', async () => {
  await using dir = await threeSegments({ isRotated: true });
  expect(await readWords(dir.path, { follow: false, tailLines: 1 })).toEqual(['stdout five\n']);
});

test.each([
  [{ since: 20 }, whole.slice(1)],
  [{ since: 40 }, whole.slice(3)],
  [{ until: 30 }, whole.slice(0, 3)],
  [{ since: 20, until: 30 }, whole.slice(1, 3)],
  [{ since: 50 }, []],
  [{ until: 5 }, []],
])('a range of time, %j, over several segments', async (range, expected) => {
  await using dir = await threeSegments();
  expect(await readWords(dir.path, { follow: false, ...range })).toEqual(expected);
});

test('who follows up to a moment is done when it has passed', async () => {
  await using dir = await threeSegments();
  expect(await readWords(dir.path, { follow: true, until: 30 })).toEqual(whole.slice(0, 3));
});

test('following goes on into segments that begin meanwhile', async () => {
  await using dir = await threeSegments();
  const reading = readWords(dir.path, { follow: true });
  await appendToLog(dir.path, { segment: 2, stream: OUT, text: 'six\n' });
  await beginSegment(dir.path, 3, 23);
  await appendToLog(dir.path, { segment: 3, stream: OUT, text: 'seven\n' });
  await beginSegment(dir.path, 4, 29);
  await appendToLog(dir.path, { segment: 4, stream: END });
  expect(await reading).toEqual([...whole, 'stdout six\n', 'stdout seven\n']);
});

test('a container that runs again in a later segment is followed into it', async () => {
  await using dir = await threeSegments();
  await appendToLog(dir.path, { segment: 2, stream: END });
  await beginSegment(dir.path, 3, 24);
  await appendToLog(dir.path, { segment: 3, stream: START });
  await appendToLog(dir.path, { segment: 3, stream: OUT, text: 'again\n' });
  await appendToLog(dir.path, { segment: 3, stream: END });
  expect(await readWords(dir.path, { follow: true })).toEqual([...whole, 'stdout again\n']);
});

test('a follower that was left behind is told how much it missed', async () => {
  await using dir = await threeSegments();
  const chunks = readContainerLog(dir.path, { follow: true });
  await chunks.next();
  await removeSegment(dir.path, 0);
  await removeSegment(dir.path, 1);
  await appendToLog(dir.path, { segment: 2, stream: END });
  const rest = await Array.fromAsync(chunks, ({ bytes, missedBytes }) => [Buffer.from(bytes).toString(), missedBytes]);
  // The segment that it reads is open.
  expect(rest).toEqual([
    ['three\n', undefined],
    ['five\n', 5],
  ]);
});

test('what was never written, because the disk was too slow, is missed where it was lost', async () => {
  await using dir = await threeSegments();
  await appendToLog(dir.path, { segment: 2, stream: LOST, lostBytes: 100 });
  await appendToLog(dir.path, { segment: 2, stream: LOST, lostBytes: 23 });
  await appendToLog(dir.path, { segment: 2, stream: OUT, text: 'six\nseven\n', time: 50 });
  await appendToLog(dir.path, { segment: 2, stream: END });
  expect(await readWords(dir.path)).toEqual([...whole, '(123) stdout six\nseven\n']);
  expect(await readWords(dir.path, { follow: true, tailLines: 2 })).toEqual(['(123) stdout six\nseven\n']);
  // Who begins after it has asked for nothing that is missing.
  expect(await readWords(dir.path, { follow: false, tailLines: 1 })).toEqual(['stdout seven\n']);
});

test('who doesn’t follow is done with what there was when it began', async () => {
  await using dir = await threeSegments();
  const chunks = readContainerLog(dir.path, { follow: false });
  await chunks.next();
  await appendToLog(dir.path, { segment: 2, stream: OUT, text: 'six\n' });
  await beginSegment(dir.path, 3, 28);
  await appendToLog(dir.path, { segment: 3, stream: OUT, text: 'seven\n' });
  expect(await Array.fromAsync(chunks, ({ bytes }) => Buffer.from(bytes).toString())).toEqual([
    'three\n',
    'four\n',
    'five\n',
  ]);
});
