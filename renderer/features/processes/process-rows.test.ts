import { expect, test } from 'vitest';

import type { ContainerProcess } from '#engine/contract/process.ts';

import { clockText, listRows, treeRows } from './process-rows.ts';

function process(pid: number, parentPid: number, fields: Partial<ContainerProcess> = {}): ContainerProcess {
  return {
    pid,
    innerPid: pid - 100,
    parentPid,
    state: 'S',
    user: 'root',
    command: `program ${pid}`,
    cpus: 0,
    cpuSeconds: 0,
    memoryBytes: 0,
    threads: 1,
    startedAt: 0,
    ...fields,
  };
}

const shell = process(101, 50, { memoryBytes: 1 });
const server = process(102, 101, { memoryBytes: 5 });
const worker = process(104, 102, { memoryBytes: 9 });
const session = process(103, 50, { memoryBytes: 7 });
const all = [worker, server, session, shell];

test('a tree has each beneath who started it, siblings by the order', () => {
  const rows = treeRows(all, { order: 'memory', isDescending: true });
  expect(rows.map(({ process: { pid }, depth }) => [pid, depth])).toEqual([
    [103, 0],
    [101, 0],
    [102, 1],
    [104, 2],
  ]);
});

test('a list has them by the order alone', () => {
  const rows = listRows(all, { order: 'memory', isDescending: true });
  expect(rows.map(({ process: { pid } }) => pid)).toEqual([104, 103, 102, 101]);
});

test.each([
  [65.4, '1:05'],
  [7384, '2:03:04'],
])('%d seconds are %s', (seconds, text) => {
  expect(clockText(seconds)).toBe(text);
});
