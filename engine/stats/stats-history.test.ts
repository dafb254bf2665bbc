import { mkdtemp, readFile, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import type { StatsSample } from '#engine/contract/stats.ts';

import { readHistory, writeHistory } from './history-file.ts';
import { StatsHistory } from './stats-history.ts';

const START = 1_700_000_000_000;

function sample(second: number, fields: Partial<StatsSample> = {}): StatsSample {
  return {
    time: START + second * 1000,
    seconds: 1,
    cpus: 0.5,
    throttled: 0,
    memoryBytes: 1000,
    processes: 1,
    received: 0,
    sent: 0,
    read: 0,
    written: 0,
    ...fields,
  };
}

function historyOf(seconds: number): StatsHistory {
  const history = new StatsHistory();
  for (let second = 1; second <= seconds; second += 1) history.push(sample(second, { memoryBytes: second }));
  return history;
}

test('what was lately is told by the second, what was long ago by ten and by the minute', () => {
  const samples = historyOf(2 * 3600).samples();
  const lengths = samples.map(({ seconds }) => seconds);
  expect(lengths.filter((seconds) => seconds === 1)).toHaveLength(300);
  expect(lengths.filter((seconds) => seconds === 10)).toHaveLength(360 - 30);
  expect(lengths.filter((seconds) => seconds === 60)).toHaveLength(120 - 60);
  expect(samples[0]).toMatchObject({ time: START + 60_000 });
});

test.each([59, 301, 615, 7200, 100_000])('%i seconds are told once each, without a hole', (seconds) => {
  const samples = historyOf(seconds).samples();
  const first = samples[0];
  const told = samples.reduce((total, { seconds: length }) => total + length, 0);
  const since = first === undefined ? 0 : first.time - first.seconds * 1000;
  expect(told).toBe(seconds - (since - START) / 1000);
  expect(samples.map(({ time }) => time)).toEqual(samples.map(({ time }) => time).toSorted((a, b) => a - b));
  expect(samples.length).toBeLessThanOrEqual(300 + 360 + 720);
});

test('a coarse sample has the mean of what flows and the most of what is there', () => {
  const history = new StatsHistory();
  for (let second = 1; second <= 310; second += 1) {
    history.push(sample(second, { cpus: second <= 5 ? 2 : 0, memoryBytes: second === 3 ? 9000 : 1000 }));
  }
  expect(history.samples()[0]).toMatchObject({ seconds: 10, cpus: 1, memoryBytes: 9000 });
});

test('what nobody measured stays a gap', () => {
  const history = new StatsHistory();
  for (let second = 1; second <= 5; second += 1) history.push(sample(second));
  for (let second = 500; second < 900; second += 1) history.push(sample(second));
  const before = history.samples()[0];
  expect(before).toMatchObject({ time: START + 5000, seconds: 5 });
});

test('a history is read again as it was written, and one that was cut short is none', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'estrato-history-'));
  try {
    const path = join(dir, 'stats');
    expect(readHistory(path)).toBeUndefined();
    const history = historyOf(1000);
    history.mark({ time: START, kind: 'oom' });
    await writeHistory(path, history.store());
    const again = new StatsHistory(readHistory(path));
    expect(again.samples()).toEqual(history.samples());
    expect(again.marks).toEqual(history.marks);
    await truncate(path, (await readFile(path)).length - 20);
    expect(readHistory(path)).toBeUndefined();
  } finally {
    await rm(dir, { recursive: true });
  }
});
