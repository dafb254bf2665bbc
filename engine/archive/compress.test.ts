import { randomBytes } from 'node:crypto';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';

import { expect, test } from 'vitest';

import { compressed, type LayerCompression } from './compress.ts';
import { decompressed } from './decompress.ts';

const bytes = Buffer.concat([randomBytes(1_500_000), Buffer.alloc(3_000_000, 'text ')]);

async function all(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of source) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

async function* pieces(of: Buffer, length: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < of.length; at += length) yield of.subarray(at, at + length);
}

test.each<[LayerCompression, (packed: Buffer) => Buffer]>([
  ['gzip', gunzipSync],
  ['zstd', zstdDecompressSync],
])('%s is read by others and by us, and is the same whatever pieces it came in', async (compression, unpack) => {
  const packed = await all(compressed(pieces(bytes, 64 * 1024), compression));
  expect(unpack(packed).equals(bytes)).toBe(true);
  expect((await all(decompressed(pieces(packed, 100_000)))).equals(bytes)).toBe(true);
  expect((await all(compressed(pieces(bytes, 1_234_567), compression))).equals(packed)).toBe(true);
});

test.each<LayerCompression>(['gzip', 'zstd'])('nothing in %s is nothing again', async (compression) => {
  const packed = await all(compressed(pieces(Buffer.alloc(0), 1), compression));
  expect(packed.length).toBeGreaterThan(0);
  expect(await all(decompressed(pieces(packed, 10)))).toHaveLength(0);
});
