import { setImmediate } from 'node:timers/promises';

import { expect, test } from 'vitest';

import { atOnce, inTurns } from './in-turns.ts';

test('others have their turn between the steps of long work', async () => {
  let hasOtherRun = false;
  // Ends only once somebody else has had a turn.
  function* work(): Generator<void, string> {
    while (!hasOtherRun) yield;
    return 'done';
  }
  const other = setImmediate().then(() => (hasOtherRun = true));
  expect(await inTurns(work())).toBe('done');
  await other;
});

test('what fails amid its steps fails', async () => {
  function* work(): Generator<void, void> {
    yield;
    throw new Error('amid');
  }
  await expect(inTurns(work())).rejects.toThrow('amid');
  expect(() => atOnce(work())).toThrow('amid');
});
