import { expect, test } from 'vitest';

import { capabilityIn, closingLine, summaryLines, tallyOf, type Outcome } from './tally.ts';

const passed: Outcome = { name: 'a', state: 'passed' };
const failed: Outcome = { name: 'b', state: 'failed' };
const explained: Outcome = { name: 'c', state: 'skipped', reason: 'needs root' };
const unexplained: Outcome = { name: 'd', state: 'skipped' };

test.each([
  [[passed, passed], '2 passed, 0 failed'],
  [[passed, failed], '1 passed, 1 failed'],
  [[passed, explained, unexplained], '1 passed, 0 failed, 2 skipped'],
  [[], '0 passed, 0 failed'],
])('the closing line of %j is %j', (outcomes, line) => {
  expect(closingLine(tallyOf(outcomes, false))).toBe(line);
});

test('where skips must be accounted for, one without a reason has failed', () => {
  const tally = tallyOf([passed, explained, unexplained], true);
  expect(closingLine(tally)).toBe('1 passed, 1 failed, 1 skipped');
  expect(summaryLines(tally)).toEqual(['skipped 1: needs root', 'failed: d (skipped without saying why)']);
});

test.each([
  ['mounts (needs root) > are gone', 'needs root'],
  [
    'overlay (this machine lacks root of the machine, a file (package x)) > works (well)',
    'needs root of the machine, a file (package x)',
  ],
  ['the launcher needs nothing more > says so', undefined],
])('what %s was skipped for is in its title', (title, reason) => {
  expect(capabilityIn(title)).toBe(reason);
});
