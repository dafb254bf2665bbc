import { randomBytes } from 'node:crypto';
import { readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { digestHex } from '#engine/contract/digest.ts';
import { EngineError } from '#engine/contract/errors.ts';
import { digestOf } from '#engine/testing/tar-fixture.ts';
import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';

import type { ResumableSource } from './blob-store.ts';
import { FileBlobStore } from './file-blob-store.ts';

const bytes = randomBytes(300_000);
const expected = { mediaType: 'application/octet-stream', digest: digestOf(bytes), size: bytes.length };
const partialName = digestHex(expected.digest);
const broken = new EngineError('unavailable', 'broken');

/** @param until where it breaks. */
function source(until: number, asked: number[] = [], isWorthKeeping = true): ResumableSource {
  return {
    async *open(offset) {
      asked.push(offset);
      yield bytes.subarray(offset, until);
      if (until < bytes.length) throw broken;
    },
    isWorthKeeping: () => isWorthKeeping,
  };
}

const partials = (dir: string): Promise<string[]> => readdir(join(dir, 'partial'));

test('what came of a blob is gone on with, by another store after a sweep', async () => {
  await using dir = await temporaryDirectory('resume');
  const first = new FileBlobStore(dir.path);
  await expect(first.resume(expected, source(100_000))).rejects.toThrow('broken');
  expect(await first.stat(expected.digest)).toBeUndefined();
  const second = new FileBlobStore(dir.path);
  await second.sweep();
  const asked: number[] = [];
  await expect(second.resume(expected, source(200_000, asked))).rejects.toThrow('broken');
  await second.resume(expected, source(bytes.length, asked));
  expect(asked).toEqual([100_000, 200_000]);
  expect(Buffer.from(await second.read(expected.digest))).toEqual(bytes);
  expect(await partials(dir.path)).toEqual([]);
});

test('what is not worth keeping goes', async () => {
  await using dir = await temporaryDirectory('resume');
  const store = new FileBlobStore(dir.path);
  await expect(store.resume(expected, source(100_000, [], false))).rejects.toThrow('broken');
  expect(await partials(dir.path)).toEqual([]);
});

test.each([
  ['has other bytes', Buffer.alloc(100_000)],
  ['is longer than the blob', Buffer.alloc(400_000)],
])('a beginning that %s is begun anew', async (_, beginning) => {
  await using dir = await temporaryDirectory('resume');
  const store = new FileBlobStore(dir.path);
  await expect(store.resume(expected, source(0))).rejects.toThrow('broken');
  await writeFile(join(dir.path, 'partial', partialName), beginning);
  const asked: number[] = [];
  await store.resume(expected, source(bytes.length, asked));
  expect(asked.at(-1)).toBe(0);
  expect(Buffer.from(await store.read(expected.digest))).toEqual(bytes);
});

test('more than was promised, and other bytes, are refused and nothing is kept', async () => {
  await using dir = await temporaryDirectory('resume');
  const store = new FileBlobStore(dir.path);
  const lying = (sent: Buffer): ResumableSource => ({
    async *open() {
      yield sent;
    },
    isWorthKeeping: () => false,
  });
  for (const sent of [Buffer.concat([bytes, Buffer.from('x')]), Buffer.alloc(bytes.length)])
    await expect(store.resume(expected, lying(sent))).rejects.toMatchObject({ code: 'conflict' });
  expect(await partials(dir.path)).toEqual([]);
});

test('two at once fetch it once', async () => {
  await using dir = await temporaryDirectory('resume');
  const store = new FileBlobStore(dir.path);
  const asked: number[] = [];
  await Promise.all([1, 2].map(() => store.resume(expected, source(bytes.length, asked))));
  expect(asked).toEqual([0]);
});

test('a beginning that nobody went on with for a week is swept', async () => {
  await using dir = await temporaryDirectory('resume');
  const store = new FileBlobStore(dir.path);
  await expect(store.resume(expected, source(100_000))).rejects.toThrow('broken');
  const old = Date.now() / 1000 - 8 * 24 * 3600;
  await utimes(join(dir.path, 'partial', partialName), old, old);
  await store.sweep();
  expect(await partials(dir.path)).toEqual([]);
});
