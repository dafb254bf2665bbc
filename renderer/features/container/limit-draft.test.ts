import { expect, test } from 'vitest';

import { limitChanges, type LimitDraft } from './limit-draft.ts';

const before: LimitDraft = { memory: '64m', cpus: '0.5', pids: '', restart: 'no', retries: '' };

function changed(fields: Partial<LimitDraft>) {
  const { changes, problems } = limitChanges(before, { ...before, ...fields });
  return { changes, problems: Object.fromEntries(problems) };
}

test('only what is changed is sent', () => {
  expect(changed({})).toEqual({ changes: {}, problems: {} });
  expect(changed({ memory: ' 1g ' }).changes).toEqual({ memoryBytes: 1024 ** 3 });
  expect(changed({ cpus: '1.5', pids: '100' }).changes).toEqual({ limits: { nanoCpus: 1.5e9 }, pidsLimit: 100 });
  expect(changed({ restart: 'on-failure', retries: '3' }).changes).toEqual({
    restartPolicy: { name: 'on-failure', maximumRetries: 3 },
  });
});

test('an emptied limit is taken away, where one can be', () => {
  expect(changed({ cpus: '' }).changes).toEqual({ limits: { nanoCpus: 0 } });
  expect(changed({ memory: '' })).toEqual({ changes: {}, problems: { memory: 'memory-stays' } });
});

test.each([
  [{ memory: 'much' }, { memory: 'bad-memory' }],
  [{ memory: '0' }, { memory: 'bad-memory' }],
  [{ cpus: '0' }, { cpus: 'bad-cpus' }],
  [{ cpus: '-1' }, { cpus: 'bad-cpus' }],
  [{ pids: '1.5' }, { pids: 'bad-count' }],
  [{ restart: 'on-failure', retries: 'x' }, { retries: 'bad-count' }],
] as const)('%j is refused', (fields, problems) => {
  expect(changed(fields)).toEqual({ changes: {}, problems });
});
