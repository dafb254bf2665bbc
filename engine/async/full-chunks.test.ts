import { expect, test } from 'vitest';

import { fullChunks } from './full-chunks.ts';

test.each([
  { sizes: [], chunks: [] },
  { sizes: [0], chunks: [] },
  { sizes: [1, 2, 3], chunks: [6] },
  { sizes: [4, 4, 4], chunks: [8, 4] },
  { sizes: [5, 5, 1], chunks: [5, 6] },
  { sizes: [1, 8, 1], chunks: [1, 8, 1] },
  { sizes: [9, 20], chunks: [9, 20] },
])('pieces of $sizes bytes travel as $chunks', async ({ sizes, chunks }) => {
  let next = 0;
  const pieces = sizes.map((size) => Uint8Array.from({ length: size }, () => (next += 1)));
  async function* source(): AsyncGenerator<Uint8Array> {
    yield* pieces;
  }
  const seen: Uint8Array[] = [];
  for await (const chunk of fullChunks(source(), 8)) seen.push(chunk);
  expect(seen.map(({ length }) => length)).toEqual(chunks);
  expect(Buffer.concat(seen)).toEqual(Buffer.concat(pieces));
});
