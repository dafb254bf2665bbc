import { expect, test } from 'vitest';

import { inLargeChunks } from './in-large-chunks.ts';

const MEGABYTE = 1024 * 1024;

test.each([
  ['nothing', []],
  ['less than a chunk', [10, 20]],
  ['exactly two chunks in three pieces', [MEGABYTE, MEGABYTE / 2, MEGABYTE / 2]],
  ['pieces longer than a chunk', [3 * MEGABYTE + 7, 5]],
])('%s stays what it is', async (_, sizes) => {
  const pieces = sizes.map((size, at) => Buffer.alloc(size, at + 1));
  async function* source(): AsyncGenerator<Uint8Array> {
    yield* pieces;
  }
  const chunks: Buffer[] = [];
  for await (const chunk of inLargeChunks(source())) chunks.push(Buffer.from(chunk));
  expect(Buffer.concat(chunks).equals(Buffer.concat(pieces))).toBe(true);
  expect(chunks.slice(0, -1).every(({ length }) => length === MEGABYTE)).toBe(true);
});
