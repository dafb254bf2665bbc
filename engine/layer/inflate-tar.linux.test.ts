import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';

import { expect, test, vi } from 'vitest';

import { describeWith } from '#engine/testing/requires.ts';
import { onDisk, temporaryDirectory } from '#engine/testing/temporary-directory.ts';

import { inflateTar } from './inflate-tar.ts';
import { digestOf, openStores, tarOf } from './testing/layer-fixtures.ts';

const none = new AbortController().signal;

/** Large enough for a program to be worth it. */
const big = await tarOf(
  { name: 'before', body: 'before' },
  { name: 'big', body: randomBytes(4_000_000).toString('hex') },
  { name: 'after', body: 'after' },
);

/** A file of these bytes is inflated. @returns whether it was, and what came of it. */
async function inflated(bytes: Uint8Array, signal = none): Promise<{ isDone: boolean; tar: Buffer | undefined }> {
  await using directory = await temporaryDirectory('inflate');
  const [blob, into] = [join(directory.path, 'blob'), join(directory.path, 'tar')];
  await writeFile(blob, bytes);
  const isDone = await inflateTar({ blob, size: bytes.length, into }, signal);
  return { isDone, tar: await readFile(into).catch(() => undefined) };
}

describeWith(['igzip'], 'a blob of gzip', () => {
  test.each([
    ['one stream', gzipSync(big), big],
    ['several', Buffer.concat([gzipSync(big), gzipSync(big)]), Buffer.concat([big, big])],
  ])('becomes its tar: %s', async (_, blob, tar) => {
    const found = await inflated(blob);
    expect(found.isDone).toBe(true);
    expect(found.tar?.equals(tar)).toBe(true);
  });

  test.each([
    ['cut off', gzipSync(big).subarray(0, -9)],
    ['damaged', damaged(gzipSync(big))],
    ['of another kind', zstdCompressSync(big)],
    ['small', gzipSync(randomBytes(100))],
  ])('is left to others, with nothing of it there, when it is %s', async (_, blob) => {
    expect(await inflated(blob)).toEqual({ isDone: false, tar: undefined });
  });

  test('is left to others before it is larger than the limits allow', async () => {
    vi.stubEnv('ESTRATO_UNPACK_RATIO', '10');
    const swelling = gzipSync(Buffer.concat([randomBytes(4_500_000), Buffer.alloc(80_000_000)]));
    expect(await inflated(swelling)).toEqual({ isDone: false, tar: undefined });
    vi.unstubAllEnvs();
    expect((await inflated(swelling)).isDone).toBe(true);
  });

  test('is let go when nobody wants it any more', async () => {
    expect(await inflated(gzipSync(big), AbortSignal.abort())).toEqual({ isDone: false, tar: undefined });
  });

  test('is a layer whose files and progress are the same either way', async () => {
    for (const compress of [gzipSync, zstdCompressSync]) {
      await using stores = await openStores('tar', onDisk);
      const blob = await stores.ingest(compress(big));
      const heard: number[] = [];
      const record = await stores.layers.apply(digestOf(big), blob, (current) => heard.push(current));
      expect(record).toMatchObject({ tarSize: big.length, entryCount: 3, size: 8_000_011, blobDigest: blob.digest });
      expect(heard.at(-1)).toBe(blob.size);
      const place = await stores.layers.tarPlace(record.diffId);
      expect((await readFile(place?.path ?? '')).equals(big)).toBe(true);
    }
  });

  test('that unpacks to another layer than promised is corrupt, and leaves nothing', async () => {
    await using stores = await openStores('tar', onDisk);
    const applying = stores.layers.apply(digestOf(Buffer.from('other')), await stores.ingest(gzipSync(big)));
    await expect(applying).rejects.toMatchObject({ code: 'corrupt' });
    expect(await stores.leftovers()).toEqual([]);
  });
});

function damaged(bytes: Buffer): Buffer {
  return Buffer.concat([bytes.subarray(0, 2_000_000), randomBytes(1000), bytes.subarray(2_001_000)]);
}
