import { expect, test, vi } from 'vitest';

import type { PullProgress } from '#engine/contract/image.ts';
import { digestOf } from '#engine/testing/tar-fixture.ts';

import { ProgressBoard } from './progress-board.ts';

const blob = (name: string) => ({ mediaType: 'x', digest: digestOf(name), size: 10 });

async function all(board: ProgressBoard, work: Promise<void>): Promise<readonly PullProgress[]> {
  const told: PullProgress[] = [];
  for await (const progress of board.follow(work)) told.push(progress);
  return told;
}

test('the first thing told is what stands there already, and the last is the end', async () => {
  const board = new ProgressBoard('app:1', 'Begins');
  const work = async (): Promise<void> => {
    await Promise.resolve();
    const first = board.add([blob('a'), blob('b')]);
    board.layer(first, { state: 'downloading' });
    board.layer(first + 1, { state: 'done', current: 10 });
    await Promise.resolve();
    board.say({ status: 'Ends' });
  };
  const told = await all(board, work());
  expect(told[0]).toEqual({ reference: 'app:1', status: 'Begins', layers: [] });
  expect(told.at(-1)).toMatchObject({ status: 'Ends', layers: [{ state: 'downloading' }, { state: 'done' }] });
});

test('bytes that come in thousands of pieces are told in few, and the last of them always', async () => {
  const board = new ProgressBoard('app:1', 'Begins');
  board.add([blob('a')]);
  const work = async (): Promise<void> => {
    for (let current = 0; current <= 5000; current += 1) {
      board.layer(0, { current });
      await Promise.resolve();
    }
  };
  const told = await all(board, work());
  expect(told.length).toBeLessThan(1000);
  expect(told.at(-1)?.layers[0]?.current).toBe(5000);
});

test('what was told before the work failed is told, and then the failure', async () => {
  const board = new ProgressBoard('app:1', 'Begins');
  const work = async (): Promise<void> => {
    await Promise.resolve();
    board.say({ status: 'Nearly' });
    throw new Error('broken');
  };
  const told: string[] = [];
  const following = (async () => {
    for await (const { status } of board.follow(work())) told.push(status);
  })();
  await expect(following).rejects.toThrow('broken');
  expect(told.at(-1)).toBe('Nearly');
});

test('who reads slowly gets what is true then, not all that was', async () => {
  const board = new ProgressBoard('app:1', 'one');
  const done = Promise.withResolvers<void>();
  const reader = board.follow(done.promise);
  expect((await reader.next()).value).toMatchObject({ status: 'one' });
  board.say({ status: 'two' });
  board.say({ status: 'three' });
  expect((await reader.next()).value).toMatchObject({ status: 'three' });
  done.resolve();
  expect((await reader.next()).done).toBe(true);
});

test('a layer that takes an hour is told to its end', async () => {
  vi.useFakeTimers();
  try {
    const board = new ProgressBoard('app:1', 'Begins');
    board.add([blob('a')]);
    const work = async (): Promise<void> => {
      for (let current = 1; current <= 72_000; current += 1) {
        board.layer(0, { current });
        await vi.advanceTimersByTimeAsync(50);
      }
    };
    const told = await all(board, work());
    expect(told.length).toBeGreaterThan(70_000);
    expect(told.at(-1)?.layers[0]?.current).toBe(72_000);
  } finally {
    vi.useRealTimers();
  }
});
