import { expect, test } from 'vitest';

import { unlessAborted } from '#engine/async/unless-aborted.ts';
import { EngineError } from '#engine/contract/errors.ts';
import type { Job } from '#engine/contract/job.ts';

import { MemoryJobBoard, type JobKeeping, type JobWork } from './job-board.ts';

const progress = (status: string) => ({ status, reference: 'a:b', layers: [] });

test('a job runs at once, reports, and stays on the board when done', async () => {
  const board = new MemoryJobBoard();
  const id = board.start('bootstrap', 'busybox', async (_, report) => {
    report({ output: 'one' });
    report({ output: 'two', progress: progress('last') });
  });
  expect(board.list()).toMatchObject([{ id, kind: 'bootstrap', title: 'busybox' }]);
  const job = await board.settled(id);
  expect(job).toMatchObject({ state: 'done', output: ['one', 'two'], progress: { status: 'last' } });
  expect(job.endedAt).toBeDefined();
  expect(board.list()).toEqual([job]);
  board.dismiss(id);
  expect(board.list()).toEqual([]);
});

test.each([
  [
    'an EngineError keeps its code',
    new EngineError('not-found', 'No such thing.'),
    { code: 'not-found', message: 'No such thing.' },
  ],
  ['anything else is internal', new TypeError('oops'), { code: 'internal', message: 'oops' }],
])('a job that fails: %s', async (_, thrown, error) => {
  const board = new MemoryJobBoard();
  const id = board.start('pull', 'x', () => Promise.reject(thrown));
  expect(await board.settled(id)).toMatchObject({ state: 'failed', error });
});

test('a cancelled job ends when its work has ended', async () => {
  const board = new MemoryJobBoard();
  const { promise: undone, resolve: finishUndoing } = Promise.withResolvers<void>();
  const id = board.start('pull', 'x', async (signal) => {
    await new Promise((resolve) => {
      signal.addEventListener('abort', resolve, { once: true });
    });
    await undone;
    signal.throwIfAborted();
  });
  expect(() => {
    board.dismiss(id);
  }).toThrow(expect.objectContaining({ code: 'conflict' }));
  board.cancel(id);
  expect(board.list()).toMatchObject([{ state: 'running' }]);
  finishUndoing();
  const job = await board.settled(id);
  expect(job.state).toBe('cancelled');
  expect(job.error).toBeUndefined();
});

test('a watcher sees each job as it stands, then its changes, and always its end', async () => {
  const board = new MemoryJobBoard();
  const done = board.start('pull', 'done', async () => {});
  await board.settled(done);
  const { promise: go, resolve: goOn } = Promise.withResolvers<void>();
  const id = board.start('pull', 'busy', async (_, report) => {
    await go;
    for (let index = 0; index < 1000; index += 1) report({ progress: progress(String(index)) });
  });

  const seen: Job[] = [];
  for await (const job of board.watch(new AbortController().signal)) {
    seen.push(job);
    if (seen.length === 2) goOn();
    if (job.id === id && job.state !== 'running') break;
  }
  expect(seen.slice(0, 2).map((job) => job.title)).toEqual(['done', 'busy']);
  expect(seen.at(-1)).toMatchObject({ state: 'done', progress: { status: '999' } });
  expect(seen.length).toBeLessThan(10);
});

test('a watcher hears of a job started later, and the signal ends its wait', async () => {
  const board = new MemoryJobBoard();
  const abort = new AbortController();
  const watching = (async () => {
    const titles = new Set<string>();
    for await (const job of board.watch(abort.signal)) {
      titles.add(job.title);
      if (job.state === 'done')
        setImmediate(() => {
          abort.abort();
        });
    }
    return [...titles];
  })();
  board.start('load', 'later', async () => {});
  expect(await watching).toEqual(['later']);
});

test('only the last fifty ended jobs are kept', async () => {
  const board = new MemoryJobBoard();
  for (let index = 0; index < 53; index += 1) await board.settled(board.start('pull', String(index), async () => {}));
  expect(board.list()).toHaveLength(50);
  expect(board.list()[0]?.title).toBe('3');
});

/** Work that ends when it is told to go on, and says how often it began. */
function resumable(): {
  begun: () => number;
  goOn: () => void;
  run: JobWork;
  forgotten: () => number;
  keeping: JobKeeping;
} {
  const { promise, resolve } = Promise.withResolvers<void>();
  let [begun, forgotten] = [0, 0];
  const run: JobWork = async (signal) => {
    begun += 1;
    await unlessAborted(promise, signal);
  };
  const keeping = { forget: () => void (forgotten += 1) };
  return { begun: () => begun, forgotten: () => forgotten, goOn: resolve, run, keeping };
}

test('a job that is kept can be paused and gone on with, and is forgotten when it is done', async () => {
  const board = new MemoryJobBoard();
  const work = resumable();
  const id = board.start('pull', 'x', work.run, work.keeping);
  board.pause(id);
  expect(await board.settled(id)).toMatchObject({ state: 'paused', isResumable: true });
  expect(() => board.pause(id)).toThrow(expect.objectContaining({ code: 'conflict' }));
  expect(work.forgotten()).toBe(0);
  board.resume(id);
  expect(board.list()).toMatchObject([{ state: 'running' }]);
  expect(board.list()[0]?.endedAt).toBeUndefined();
  work.goOn();
  expect(await board.settled(id)).toMatchObject({ state: 'done' });
  expect([work.begun(), work.forgotten()]).toEqual([2, 1]);
  expect(() => board.resume(id)).toThrow(expect.objectContaining({ code: 'conflict' }));
});

test('a job that failed is tried again, without its error', async () => {
  const board = new MemoryJobBoard();
  let isBroken = true;
  const run: JobWork = async () => {
    if (isBroken) throw new EngineError('unavailable', 'broken');
  };
  const id = board.start('pull', 'x', run, { forget: () => undefined });
  expect(await board.settled(id)).toMatchObject({ state: 'failed', error: { message: 'broken' } });
  isBroken = false;
  board.resume(id);
  const job = await board.settled(id);
  expect([job.state, job.error]).toEqual(['done', undefined]);
});

test('one that an engine before has left begins when it is resumed, or is given up', async () => {
  const board = new MemoryJobBoard();
  const [first, second] = [resumable(), resumable()];
  const kept = board.start('pull', 'kept', first.run, { ...first.keeping, isPaused: true });
  const left = board.start('pull', 'left', second.run, { ...second.keeping, isPaused: true });
  expect(board.list()).toMatchObject([{ state: 'paused' }, { state: 'paused' }]);
  expect(first.begun()).toBe(0);
  board.resume(kept);
  first.goOn();
  expect(await board.settled(kept)).toMatchObject({ state: 'done' });
  board.cancel(left);
  expect(board.list()[1]?.state).toBe('cancelled');
  expect([second.begun(), second.forgotten()]).toEqual([0, 1]);
});

test('what nobody could go on with is not paused', async () => {
  const board = new MemoryJobBoard();
  const { promise, resolve } = Promise.withResolvers<void>();
  const id = board.start('load', 'x', () => promise);
  expect(() => board.pause(id)).toThrow(expect.objectContaining({ code: 'conflict' }));
  resolve();
  expect(await board.settled(id)).toMatchObject({ state: 'done' });
});
