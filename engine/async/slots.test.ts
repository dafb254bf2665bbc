import { expect, test } from 'vitest';

import { Slots } from './slots.ts';

interface Piece {
  readonly ended: Promise<string>;
  readonly end: () => void;
}

function piecesOf(slots: Slots, started: string[]): (name: string, signal?: AbortSignal) => Piece {
  return (name, signal) => {
    const { promise, resolve } = Promise.withResolvers<string>();
    const work = (): Promise<string> => {
      started.push(name);
      return promise;
    };
    return { ended: slots.run(work, signal), end: () => resolve(name) };
  };
}

test('so many work at a time, and the others follow in their order', async () => {
  const started: string[] = [];
  const begin = piecesOf(new Slots(2), started);
  const [one, two, three, four] = [begin('one'), begin('two'), begin('three'), begin('four')];
  two.end();
  expect(await two.ended).toBe('two');
  expect(started.slice(0, 2)).toEqual(['one', 'two']);
  expect(started).not.toContain('four');
  one.end();
  await one.ended;
  three.end();
  four.end();
  expect(await Promise.all([three.ended, four.ended])).toEqual(['three', 'four']);
  expect(started).toEqual(['one', 'two', 'three', 'four']);
});

test('a piece that fails gives its place to the next', async () => {
  const slots = new Slots(1);
  await expect(slots.run(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  expect(await slots.run(() => Promise.resolve('next'))).toBe('next');
});

test('whoever stops waiting takes no place, and is told the reason', async () => {
  const started: string[] = [];
  const begin = piecesOf(new Slots(1), started);
  const first = begin('first');
  const stop = new AbortController();
  const second = begin('second', stop.signal);
  const third = begin('third');
  stop.abort(new Error('enough'));
  await expect(second.ended).rejects.toThrow('enough');
  first.end();
  third.end();
  expect(await third.ended).toBe('third');
  expect(started).toEqual(['first', 'third']);
});

test('a place that is given in the instant of stopping goes on to the next', async () => {
  const started: string[] = [];
  const begin = piecesOf(new Slots(1), started);
  const first = begin('first');
  const stop = new AbortController();
  const second = begin('second', stop.signal);
  const third = begin('third');
  void first.ended.then(() => stop.abort(new Error('enough')));
  first.end();
  second.end();
  third.end();
  await Promise.allSettled([first.ended, second.ended]);
  expect(await third.ended).toBe('third');
});

test('a signal that has fired already lets nothing begin', async () => {
  const started: string[] = [];
  const begin = piecesOf(new Slots(1), started);
  await expect(begin('late', AbortSignal.abort(new Error('enough'))).ended).rejects.toThrow('enough');
  expect(started).toEqual([]);
});
