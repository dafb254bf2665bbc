import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { expect, test } from 'vitest';

import { untilAborted } from './until-aborted.ts';

test('what has come is held no longer than until the next has come', async () => {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect !== 'function') throw new Error('V8 has no collector to call');
  const chunks: WeakRef<Uint8Array>[] = [];
  async function* source(): AsyncGenerator<Uint8Array> {
    for (let count = 0; count < 20; count += 1) {
      const chunk = new Uint8Array(1000);
      chunks.push(new WeakRef(chunk));
      yield chunk;
    }
  }
  let held = 0;
  for await (const _ of untilAborted(source(), new AbortController().signal)) {
    // What a turn has looked at lives to its end.
    await setImmediate();
    Reflect.apply(collect, undefined, []);
    held = chunks.filter((chunk) => chunk.deref() !== undefined).length;
  }
  expect(held).toBeLessThan(5);
});

test('a source that waits for its next chunk is left when the signal fires, and is told so', async () => {
  const abort = new AbortController();
  let isTold = false;
  const source = {
    [Symbol.asyncIterator]: () => ({
      next: () => {
        void setImmediate().then(() => abort.abort());
        return new Promise<IteratorResult<Uint8Array>>(() => undefined);
      },
      return: () => {
        isTold = true;
        return Promise.resolve({ done: true as const, value: undefined });
      },
    }),
  };
  await expect(untilAborted(source, abort.signal).next()).rejects.toMatchObject({ code: 'cancelled' });
  expect(isTold).toBe(true);
});

test('a signal that has fired already lets nothing be asked for', async () => {
  let isAsked = false;
  async function* source(): AsyncGenerator<Uint8Array> {
    isAsked = true;
    yield new Uint8Array(1);
  }
  await expect(untilAborted(source(), AbortSignal.abort()).next()).rejects.toMatchObject({ code: 'cancelled' });
  expect(isAsked).toBe(false);
});
