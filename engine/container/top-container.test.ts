import { expect, test } from 'vitest';

import type { ProcessFacts } from '#engine/runtime/process-facts.ts';

import { chooseColumns } from './top-container.ts';

const NOW = Date.parse('2026-03-04T10:00:00');

const server: ProcessFacts = {
  innerPid: 1,
  pid: 4711,
  parentPid: 4700,
  group: 4711,
  session: 4711,
  state: 'S',
  uid: 33,
  gid: 34,
  threads: 3,
  nice: 0,
  terminal: 0x8801,
  cpuSeconds: 3725,
  startedAt: NOW - 7450_000,
  virtualBytes: 8 * 1024 * 1024,
  residentBytes: 1024 * 1024,
  name: 'server',
  command: ['/bin/server', '--port', '80'],
};

function row(psArguments: string, process = server): string[][] {
  const around = { now: NOW, totalMemoryBytes: 4 * 1024 * 1024, userName: (uid: number) => `user${uid}` };
  const columns = chooseColumns(psArguments);
  return [columns.map(({ title }) => title), columns.map(({ text }) => text(process, around))];
}

test('without arguments it is ps -ef', () => {
  const full = [
    ['UID', 'PID', 'PPID', 'C', 'STIME', 'TTY', 'TIME', 'CMD'],
    ['user33', '4711', '4700', '50', '07:55', 'pts/1', '01:02:05', '/bin/server --port 80'],
  ];
  expect(row('')).toEqual(full);
  expect(row('-ef')).toEqual(full);
  expect(row('-e -f')).toEqual(full);
});

test('aux is the other form that people know', () => {
  expect(row('aux')).toEqual([
    ['USER', 'PID', '%CPU', '%MEM', 'VSZ', 'RSS', 'TTY', 'STAT', 'START', 'TIME', 'COMMAND'],
    ['user33', '4711', '50.0', '25.0', '8192', '1024', 'pts/1', 'Ssl', '07:55', '62:05', '/bin/server --port 80'],
  ]);
});

test.each(['-o pid,comm=NAME,etime', '-eo pid,comm=NAME,etime', 'axo pid -o comm=NAME,etime', '-opid,comm=NAME,etime'])(
  '%s names columns',
  (words) => {
    expect(row(words)).toEqual([
      ['PID', 'NAME', 'ELAPSED'],
      ['4711', 'server', '02:04:10'],
    ]);
  },
);

test('a process that has ended is in brackets', () => {
  expect(row('-o s,args,tty', { ...server, state: 'Z', command: [], terminal: 0 })[1]).toEqual(['Z', '[server]', '?']);
});

test.each(['-l', '--forest', '-o', '-o nosuch', 'f;rm'])('%s is refused in a sentence', (words) => {
  expect(() => chooseColumns(words)).toThrow(/is not understood; use -ef|There is no column "/);
});
