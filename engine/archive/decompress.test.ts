import { gzipSync, zstdCompressSync } from 'node:zlib';

import { expect, test } from 'vitest';

import { EngineError } from '#engine/contract/errors.ts';

import { decompressed } from './decompress.ts';

const text = Buffer.from('what layers are made of; '.repeat(100_000));
const half = text.length >> 1;

async function* inChunks(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function all(bytes: Buffer, chunk = 64 * 1024): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const piece of decompressed(inChunks(bytes, chunk))) chunks.push(piece);
  return Buffer.concat(chunks);
}

const members = [gzipSync(text.subarray(0, half)), gzipSync(text.subarray(half))];
const frames = [zstdCompressSync(text.subarray(0, half)), zstdCompressSync(text.subarray(half))];
const skippable = Buffer.concat([Buffer.of(0x50, 0x2a, 0x4d, 0x18, 4, 0, 0, 0), Buffer.from('note')]);

test.each([
  ['none', text],
  ['gzip', gzipSync(text)],
  ['gzip in several members, as lazily pulled layers are', Buffer.concat(members)],
  ['zstd', zstdCompressSync(text)],
  ['zstd in several frames', Buffer.concat(frames)],
  ['zstd behind a skippable frame', Buffer.concat([skippable, ...frames])],
])('%s comes out whole, whatever the chunks', async (_, bytes) => {
  for (const chunk of [4099, bytes.length, members[0]?.length ?? 0, frames[0]?.length ?? 0, 64 * 1024]) {
    expect((await all(bytes, chunk)).equals(text)).toBe(true);
  }
});

test('a few bytes are what they are, one by one or none at all', async () => {
  expect(await all(Buffer.from('a'))).toEqual(Buffer.from('a'));
  expect(await all(Buffer.alloc(0))).toEqual(Buffer.alloc(0));
  expect(await all(gzipSync('x'), 1)).toEqual(Buffer.from('x'));
});

const flipped = (bytes: Buffer): Buffer => {
  const copy = Buffer.from(bytes);
  copy.writeUInt8(copy.readUInt8(copy.length - 6) ^ 0xff, copy.length - 6);
  return copy;
};

test.each([
  ['gzip', 'cut off', gzipSync(text).subarray(0, -20)],
  ['gzip', 'with a wrong checksum', flipped(gzipSync(text))],
  ['gzip', 'with a second member cut off', Buffer.concat(members).subarray(0, -3)],
  ['gzip', 'with something else after it', Buffer.concat([gzipSync(text), Buffer.from('something else')])],
  ['zstd', 'cut off', zstdCompressSync(text).subarray(0, -20)],
  ['zstd', 'with something else after it', Buffer.concat([zstdCompressSync(text), Buffer.from('something else')])],
])('%s %s is corrupt', async (_, __, bytes) => {
  await expect(all(bytes)).rejects.toMatchObject({ code: 'corrupt' });
});

test("the source's own failure stays what it is", async () => {
  async function* failing(): AsyncGenerator<Uint8Array> {
    yield gzipSync(text).subarray(0, 1000);
    await Promise.resolve();
    throw new EngineError('unavailable', 'the disk is gone');
  }
  const reading = (async () => {
    for await (const _ of decompressed(failing()));
  })();
  await expect(reading).rejects.toMatchObject({ code: 'unavailable' });
});
