import { expect, test } from 'vitest';

import type { BuildStep, MissReason } from '#engine/contract/build.ts';
import { translate, type Translate } from '#renderer/i18n/translate.ts';

import { cacheShare, lookOf, reasonWords } from './verdict-words.ts';

const t: Translate = (key, values) => translate('en', key, values);

test.each<readonly [MissReason, string]>([
  [{ kind: 'above', line: 4 }, 'the step on line 4 was built anew.'],
  [{ kind: 'file', path: '/a', change: 'content', before: 'x', now: 'y' }, '/a has other content.'],
  [{ kind: 'file', path: '/a', change: 'mode', before: '644', now: '600' }, '/a had mode 644 and has 600.'],
  [{ kind: 'variable', name: 'V', before: '1', now: '2' }, 'V was “1” and is “2”.'],
  [{ kind: 'variable', name: 'V', now: '2' }, 'V was not set and is “2”.'],
  [{ kind: 'variable', name: 'V', before: '1' }, 'V was “1” and is not set.'],
  [{ kind: 'disabled' }, 'the cache was left out.'],
])('%j', (reason, words) => {
  expect(reasonWords(reason, t)).toBe(words);
});

const step: BuildStep = { number: 1, stage: '0', text: 'RUN x', line: 2, endLine: 2, state: 'done', log: '' };

test('steps that only change settings are no part of the cache', () => {
  const steps: BuildStep[] = [
    { ...step, verdict: { kind: 'plain' } },
    { ...step, verdict: { kind: 'hit' } },
    { ...step, verdict: { kind: 'missed', reasons: [] } },
    step,
  ];
  expect(cacheShare({ steps })).toEqual({ hits: 1, all: 2 });
  expect(steps.map(lookOf)).toEqual(['done', 'cached', 'done', 'done']);
});
