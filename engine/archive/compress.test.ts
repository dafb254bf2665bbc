import { randomBytes } from 'node:crypto';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';

import { afterEach, expect, test, vi } from 'vitest';

import { compressed, type LayerCompression } from './compress.ts';
import { decompressed } from './decompress.ts';
import { findIgzip } from './igzip.ts';

afterEach(() => vi.unstubAllEnvs());

const bytes = Buffer.concat([randomBytes(1_500_000), Buffer.alloc(3_000_000, 'text ')]);

async function all(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of source) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

async function* pieces(of: Buffer, length: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < of.length; at += length) yield of.subarray(at, at + length);
}

/** With igzip where it is installed, and as if it weren't. */
const ways: [string, LayerCompression, (packed: Buffer) => Buffer, string][] = [
  ['gzip', 'gzip', gunzipSync, process.env['PATH'] ?? ''],
  ["gzip by Node's zlib", 'gzip', gunzipSync, '/nowhere'],
  ['zstd', 'zstd', zstdDecompressSync, '/nowhere'],
];

test.each(ways)('%s is read by others and by us, whatever pieces it came in', async (_, compression, unpack, path) => {
  vi.stubEnv('PATH', path);
  const packed = await all(compressed(pieces(bytes, 64 * 1024), compression));
  expect(unpack(packed).equals(bytes)).toBe(true);
  expect((await all(decompressed(pieces(packed, 100_000)))).equals(bytes)).toBe(true);
  expect((await all(compressed(pieces(bytes, 1_234_567), compression))).equals(packed)).toBe(true);
});

test.each(ways)('nothing in %s is nothing again', async (_, compression, __, path) => {
  vi.stubEnv('PATH', path);
  const packed = await all(compressed(pieces(Buffer.alloc(0), 1), compression));
  expect(packed.length).toBeGreaterThan(0);
  expect(await all(decompressed(pieces(packed, 10)))).toHaveLength(0);
});

test.each(ways)('what fails while it becomes %s reaches the reader', async (_, compression, __, path) => {
  vi.stubEnv('PATH', path);
  async function* failing(): AsyncGenerator<Uint8Array> {
    yield randomBytes(2_000_000);
    throw new Error('the disk is gone');
  }
  await expect(all(compressed(failing(), compression))).rejects.toThrow('the disk is gone');
});

test.skipIf(findIgzip() === undefined)('whoever leaves early leaves no program behind', async () => {
  async function* endless(): AsyncGenerator<Uint8Array> {
    for (;;) yield randomBytes(1_000_000);
  }
  for await (const chunk of compressed(endless(), 'gzip')) if (chunk.length > 0) break;
  await expect.poll(() => process.getActiveResourcesInfo()).not.toContain('ProcessWrap');
});
