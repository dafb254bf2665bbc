import { expect, test } from 'vitest';

import { begun } from './begun.ts';

test('a source has begun before anybody reads it, and gives all that it has', async () => {
  const told: string[] = [];
  const ready = Promise.withResolvers<void>();
  const more = Promise.withResolvers<void>();
  async function* source(): AsyncGenerator<number> {
    told.push('begun');
    ready.resolve();
    await more.promise;
    try {
      yield 1;
      yield 2;
    } finally {
      told.push('closed');
    }
  }
  const items = await begun(source(), ready.promise);
  expect(told).toEqual(['begun']);
  more.resolve();
  expect(await Array.fromAsync(items)).toEqual([1, 2]);
  expect(told).toEqual(['begun', 'closed']);
});

test('what it throws before it is ready is thrown at once, and later to its reader', async () => {
  const never = new Promise<void>(() => undefined);
  // oxlint-disable-next-line require-yield -- one that fails before it gives anything
  async function* failing(): AsyncGenerator<number> {
    await Promise.resolve();
    throw new Error('no place');
  }
  await expect(begun(failing(), never)).rejects.toThrow('no place');
  const late = await begun(failing(), Promise.resolve());
  await expect(late.next()).rejects.toThrow('no place');
});
