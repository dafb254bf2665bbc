import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

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

test('what a talking source has said is not kept for as long as another is silent', async () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage: unknown = runInNewContext('gc');
  if (typeof collectGarbage !== 'function') throw new Error('this Node has no gc()');
  const silent = new Queue<object>();
  const talking = new Queue<object>();
  const merged = merge([silent, talking]);
  const said: WeakRef<object>[] = [];
  for (let count = 0; count < 100; count += 1) {
    const news = { count };
    said.push(new WeakRef(news));
    talking.push(news);
    await merged.next();
  }
  await setImmediate();
  Reflect.apply(collectGarbage, undefined, []);
  expect(said.filter((news) => news.deref() !== undefined).length).toBeLessThan(5);
});
