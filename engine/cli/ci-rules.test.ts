import { expect, test } from 'vitest';

import type { ImageEfficiency } from '#engine/contract/waste.ts';
import { parseDigest } from '#engine/contract/digest.ts';

import { checkRules, defaultRules, type CiRules } from './ci-rules.ts';
import { readCiRules } from './read-ci-rules.ts';

const all = { lowestEfficiency: '0.95', highestWastedBytes: '20MB', highestUserWastedPercent: '0.20' };

test.each([
  [
    'as dive documents it',
    'rules:\n  lowestEfficiency: 0.95\n  highestWastedBytes: 20MB\n  highestUserWastedPercent: 0.20\n',
  ],
  [
    'with comments, quotes and empty lines',
    '# ours\n---\n"rules":   # all of them\n\n  lowestEfficiency: "0.95" # not "1"\n  \'highestWastedBytes\': \'20MB\'\n  highestUserWastedPercent : 0.20\n',
  ],
  ['in braces', 'rules: { lowestEfficiency: 0.95, highestWastedBytes: "20MB",\n  highestUserWastedPercent: 0.20 }'],
  ['as JSON', '{"rules":{"lowestEfficiency":0.95,"highestWastedBytes":"20MB","highestUserWastedPercent":0.20}}'],
  [
    'as newer ones of its have it, with ends of lines of Windows',
    'lowest-efficiency-threshold: 0.95\r\nhighest-wasted-bytes: 20MB\r\nhighest-user-wasted-percent: 0.20\r\n',
  ],
])('a file of rules is read %s', (_, text) => {
  expect(readCiRules(text, '.dive-ci')).toEqual(all);
});

test('what is left out of a file is left to others, and an empty file says nothing', () => {
  expect(readCiRules('rules:\n  highestWastedBytes: disabled\n', '.dive-ci')).toEqual({
    highestWastedBytes: 'disabled',
  });
  expect(readCiRules('', '.dive-ci')).toEqual({});
});

test.each([
  ['rules:\n  lowestEfficency: 0.95', '.dive-ci has no rule of ours on line 2'],
  ['rules:\n  lowestEfficiency\n', "Line 2 of .dive-ci can't be read"],
  ['rules:\n  - lowestEfficiency: "0.9', "Line 2 of .dive-ci can't be read"],
])('a rule that would not be applied is refused: %j', (text, sentence) => {
  expect(() => readCiRules(text, '.dive-ci')).toThrow(sentence);
});

const image: ImageEfficiency = {
  image: parseDigest(`sha256:${'a'.repeat(64)}`),
  shippedBytes: 100_000_000,
  visibleBytes: 80_000_000,
  wastedBytes: 20_000_000,
  efficiency: 0.8,
  userBytes: 50_000_000,
  userWastedShare: 0.4,
  hidden: [],
  hiddenPaths: 0,
};

const states = (rules: Partial<CiRules>): readonly string[] =>
  checkRules({ ...defaultRules, ...rules }, image).map(({ state }) => state);

test.each<[Partial<CiRules>, readonly string[]]>([
  [{}, ['failed', 'disabled', 'failed']],
  // What is exactly as the rule says passes.
  [
    { lowestEfficiency: '0.8', highestWastedBytes: '20MB', highestUserWastedPercent: '.4' },
    ['passed', 'passed', 'passed'],
  ],
  [{ highestWastedBytes: '19.9Mb' }, ['failed', 'failed', 'failed']],
  [{ highestWastedBytes: '19.1MiB' }, ['failed', 'passed', 'failed']],
  [{ highestWastedBytes: '20,000,000' }, ['failed', 'passed', 'failed']],
  [{ lowestEfficiency: 'disabled', highestUserWastedPercent: 'OFF' }, ['disabled', 'disabled', 'disabled']],
  [{ lowestEfficiency: 'false', highestUserWastedPercent: '' }, ['disabled', 'disabled', 'disabled']],
])('rules %j are %j', (rules, expected) => {
  expect(states(rules)).toEqual(expected);
});

test.each<Partial<CiRules>>([
  { lowestEfficiency: '95' },
  { lowestEfficiency: '-0.1' },
  { highestUserWastedPercent: 'many' },
  { highestWastedBytes: '20 apples' },
])('%j is no rule', (rules) => {
  expect(() => states(rules)).toThrow(/has to be a (number from 0 to 1|size like 20MB), or disabled/);
});
