import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { digestOf } from '#engine/testing/tar-fixture.ts';
import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';

import type { BlobSpool } from './blob-store.ts';
import { FileBlobStore } from './file-blob-store.ts';

const bytes = Buffer.from('what it is called shows at its end');
const expected = { mediaType: 'application/octet-stream', digest: digestOf(bytes), size: bytes.length };

async function spooled(store: FileBlobStore): Promise<BlobSpool> {
  const spool = await store.spool();
  const buffer = Buffer.alloc(10);
  for (let at = 0; at < bytes.length; at += 10) {
    const length = bytes.copy(buffer, 0, at);
    await spool.append(buffer.subarray(0, length));
  }
  return spool;
}

const spools = (dir: string): Promise<string[]> => readdir(join(dir, 'partial'));

test('spooled bytes are found by nobody until they are kept, and then stay', async () => {
  await using dir = await temporaryDirectory('spool');
  const store = new FileBlobStore(dir.path);
  {
    await using spool = await spooled(store);
    expect(await spool.end()).toBe(expected.digest);
    expect(await store.stat(expected.digest)).toBeUndefined();
    await store.keep(expected, spool);
  }
  expect(Buffer.from(await store.read(expected.digest))).toEqual(bytes);
  expect(await spools(dir.path)).toEqual([]);
});

test('what is not kept goes', async () => {
  await using dir = await temporaryDirectory('spool');
  const store = new FileBlobStore(dir.path);
  {
    await using _ = await spooled(store);
    expect(await spools(dir.path)).toHaveLength(1);
  }
  expect(await spools(dir.path)).toEqual([]);
});

test('a spool that a killed engine has left is swept', async () => {
  await using dir = await temporaryDirectory('spool');
  await (await spooled(new FileBlobStore(dir.path))).end();
  await new FileBlobStore(dir.path).sweep();
  expect(await spools(dir.path)).toEqual([]);
});

test.each([
  ['other bytes', { ...expected, digest: digestOf(Buffer.from('other')) }],
  ['another length', { ...expected, size: 3 }],
])('what turns out to have %s is refused, and nobody finds it', async (_, promise) => {
  await using dir = await temporaryDirectory('spool');
  const store = new FileBlobStore(dir.path);
  await using spool = await spooled(store);
  await expect(store.keep(promise, spool)).rejects.toMatchObject({ code: 'conflict' });
  expect(await store.stat(promise.digest)).toBeUndefined();
});

test('two that keep the same at once keep it once', async () => {
  await using dir = await temporaryDirectory('spool');
  const store = new FileBlobStore(dir.path);
  await using one = await spooled(store);
  await using other = await spooled(store);
  await Promise.all([store.keep(expected, one), store.keep(expected, one), store.keep(expected, other)]);
  expect(Buffer.from(await store.read(expected.digest))).toEqual(bytes);
});
