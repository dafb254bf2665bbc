import { expect, test } from 'vitest';

import { merge } from './merge.ts';
import { Queue } from './queue.ts';

async function collect<T>(values: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const value of values) all.push(value);
  return all;
}

test('everything of every source comes, each in its order', async () => {
  async function* count(from: number): AsyncGenerator<number> {
    for (let each = from; each < from + 3; each++) yield each;
  }
  const all = await collect(merge([count(0), count(10)]));
  expect(all.filter((each) => each < 10)).toEqual([0, 1, 2]);
  expect(all.filter((each) => each >= 10)).toEqual([10, 11, 12]);
});

test('a silent source holds no other back', async () => {
  const silent = new Queue<string>();
  const talking = new Queue<string>();
  talking.push('a');
  const merged = merge([silent, talking]);
  expect(await merged.next()).toEqual({ done: false, value: 'a' });
  silent.push('b');
  expect(await merged.next()).toEqual({ done: false, value: 'b' });
});

test('a failure ends it, and leaves the other sources', async () => {
  const other = new Queue<string>();
  const failing = new Queue<string>();
  failing.fail(new Error('lost'));
  await expect(collect(merge([other, failing]))).rejects.toThrow('lost');
  expect(other.isEnded).toBe(true);
});

test('leaving tells every source', async () => {
  const one = new Queue<string>();
  const other = new Queue<string>();
  one.push('a');
  for await (const _ of merge([one, other])) break;
  expect([one.isEnded, other.isEnded]).toEqual([true, true]);
});
