import { expect, test } from 'vitest';

import { runDiffWorker } from './run-diff-worker.ts';

const never = new AbortController().signal;

test('texts are compared in a thread, which tells what changed', async () => {
  const { hunks, isCut } = await runDiffWorker({ before: 'a\nb\n', now: 'a\nc\n' }, never);
  expect(isCut).toBe(false);
  expect(hunks.flatMap(({ lines }) => lines.map(({ kind, text }) => `${kind} ${text}`))).toEqual([
    'same a',
    'removed b',
    'added c',
  ]);
});

test('of more differences than a window takes the first are told, and long lines are cut', async () => {
  const lines = (letter: string, count: number): string => `${letter.repeat(10_000)}\n`.repeat(count);
  const { hunks, isCut } = await runDiffWorker({ before: lines('a', 1), now: lines('b', 1000) }, never);
  expect(isCut).toBe(true);
  expect(JSON.stringify(hunks).length).toBeLessThan(2_000_000);
  expect(hunks[0]?.lines[0]?.text).toHaveLength(2002);
});

test('who leaves is not kept waiting', async () => {
  const left = AbortSignal.abort();
  await expect(runDiffWorker({ before: 'a', now: 'b' }, left)).rejects.toMatchObject({ code: 'cancelled' });
});
