import { expect, test } from 'vitest';

import type { Job } from '#engine/contract/job.ts';

import { jobLines, ProgressPrinter } from './progress-printer.ts';

const job: Job = { id: '1', kind: 'pull', title: 'redis:4', state: 'running', startedAt: '2026-01-01T00:00:00Z' };
const layer = { digest: `sha256:${'a'.repeat(64)}`, total: 2_000_000 };

function pulling(status: string, layers: NonNullable<Job['progress']>['layers'] = []): Job {
  return { ...job, progress: { status, reference: 'redis:4', layers } };
}

test('a layer on its way has a bar', () => {
  const lines = jobLines(pulling('Fetching', [{ ...layer, state: 'downloading', current: 1_000_000 }]));
  expect(lines).toEqual(['aaaaaaaaaaaa  downloading  ████████████············ 1MB of 2MB', 'Fetching']);
});

test('a terminal is drawn over, from the first line of the last picture', () => {
  const written: string[] = [];
  const printer = new ProgressPrinter({ isTTY: true, write: (text) => void written.push(text) });
  printer.show(pulling('One', [{ ...layer, state: 'waiting', current: 0 }]));
  printer.show(pulling('Two', [{ ...layer, state: 'done', current: 0 }]));
  expect(written[1]?.startsWith('\u001B[2A\r\u001B[J')).toBe(true);
});

test('elsewhere every stage and every line of output is told once', () => {
  const written: string[] = [];
  const printer = new ProgressPrinter({ write: (text) => void written.push(text) });
  printer.show(pulling('One'));
  printer.show(pulling('One'));
  printer.show({ ...pulling('Two'), output: ['a', 'b'] });
  printer.show({ ...pulling('Two'), output: ['b', 'c'] });
  expect(written.join('')).toBe('One\nTwo\na\nb\nc\n');
});
