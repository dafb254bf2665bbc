import { expect, test } from 'vitest';

import { lent } from './lent.ts';

const BIG = 64 * 1024;

async function* from(...chunks: Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

test('a chunk is there while it is held, and gone when the next is asked for', async () => {
  const chunks = [Buffer.allocUnsafeSlow(BIG).fill(1), Buffer.allocUnsafeSlow(BIG).fill(2)];
  const iterator = lent(from(...chunks));
  expect((await iterator.next()).value).toEqual(Buffer.alloc(BIG, 1));
  expect((await iterator.next()).value).toEqual(Buffer.alloc(BIG, 2));
  expect(chunks.map(({ byteLength }) => byteLength)).toEqual([0, BIG]);
  expect((await iterator.next()).done).toBe(true);
  expect(chunks.map(({ byteLength }) => byteLength)).toEqual([0, 0]);
});

test('a buffer goes with the last of its chunks', async () => {
  const whole = Buffer.allocUnsafeSlow(2 * BIG).fill(3);
  const iterator = lent(from(whole.subarray(0, BIG), whole.subarray(BIG)));
  await iterator.next();
  expect((await iterator.next()).value).toEqual(Buffer.alloc(BIG, 3));
  await iterator.next();
  expect(whole.byteLength).toBe(0);
});

test('what others have pieces of stays', async () => {
  const pieces = [Buffer.from('one'), Buffer.from('other')];
  for await (const _ of lent(from(...pieces)));
  expect(pieces.map(String)).toEqual(['one', 'other']);
});
