import { expect, test } from 'vitest';

import { claimCaches } from './claim-caches.ts';
import { parseRunMount } from './run-mount.ts';

const claim = async (
  undo: AsyncDisposableStack,
  texts: readonly string[],
  signal: AbortSignal = new AbortController().signal,
): Promise<readonly string[]> => {
  const ready = texts.map((text) => ({ mount: parseRunMount(`type=cache,${text}`, '/') }));
  const claimed = await claimCaches(ready, { cacheDir: '/caches', undo, signal });
  return claimed.flatMap(({ mount }) => ('id' in mount ? [mount.id] : []));
};

test('of a locked cache one step after the other has its turn', async () => {
  const [one, two] = [new AsyncDisposableStack(), new AsyncDisposableStack()];
  const told: string[] = [];
  const [first, second] = ['target=/a,id=a,sharing=locked', 'target=/b,id=b,sharing=locked'];
  await claim(one, [first, second, first]);
  const waiting = claim(two, [second, first]).then(() => told.push('second'));
  await claim(new AsyncDisposableStack(), ['target=/a,id=a,sharing=shared', 'target=/c,id=c,sharing=locked']);
  told.push('others');
  await one.disposeAsync();
  await waiting;
  expect(told).toEqual(['others', 'second']);
  await two.disposeAsync();
});

test('whoever is cancelled while they wait keeps nobody from it', async () => {
  await using one = new AsyncDisposableStack();
  await using given = new AsyncDisposableStack();
  await using three = new AsyncDisposableStack();
  const stop = new AbortController();
  const wish = ['target=/d,sharing=locked'];
  await claim(one, wish);
  const waiting = claim(given, wish, stop.signal);
  stop.abort(new Error('cancelled'));
  await expect(waiting).rejects.toThrow('cancelled');
  await given.disposeAsync();
  await one.disposeAsync();
  expect(await claim(three, wish)).toEqual(['/d']);
});

test('of a private cache everybody has a directory of their own, and the usual one again when it is free', async () => {
  await using two = new AsyncDisposableStack();
  const one = new AsyncDisposableStack();
  const wish = ['target=/e,sharing=private', 'target=/f,id=/e,sharing=private'];
  expect(await claim(one, wish)).toEqual(['/e', '/e']);
  expect(await claim(two, wish)).toEqual(['/e 2', '/e 2']);
  await one.disposeAsync();
  await using three = new AsyncDisposableStack();
  expect(await claim(three, wish)).toEqual(['/e', '/e']);
});
