import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { openDatabase, type Database } from '#engine/metadata/database.ts';
import type { HeldProcess } from '#engine/runtime/runtime.ts';

import { ExecTable, type ExecSession } from './exec-table.ts';

const config = {
  command: ['true'],
  env: [],
  tty: false,
  openStdin: false,
  attached: { stdin: false, stdout: true, stderr: true },
  detachKeys: '',
  privileged: false,
};

let database: Database;
let table: ExecTable;

beforeEach(() => {
  database = openDatabase(':memory:');
  // The containers themselves are nobody's question here.
  database.exec('PRAGMA foreign_keys = OFF');
  table = new ExecTable(database);
});
afterEach(() => database.close());

function create(number: number, containerId = 'box'): ExecSession {
  const session: ExecSession = { id: `${containerId}-${number}`, containerId, config, state: { status: 'created' } };
  table.add(session);
  return session;
}

test('of commands that could not be run a container keeps the last hundred', () => {
  for (let number = 0; number < 150; number += 1) table.failed(create(number).id, 127);
  const kept = table.of('box');
  expect(kept).toHaveLength(100);
  expect(kept[0]?.id).toBe('box-50');
});

test('of those that nobody starts it keeps the last thousand, and whatever runs', () => {
  const running = create(0);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- nobody asks anything of it here
  table.started(running, 1, {} as HeldProcess);
  const begun = create(1);
  table.begin(begun);
  for (let number = 2; number < 1500; number += 1) create(number);
  create(0, 'other');
  expect(table.of('box')).toHaveLength(1002);
  expect([table.find(running.id).state.status, table.find(begun.id).state.status]).toEqual(['running', 'created']);
  table.removeAll('box');
  expect(table.of('box')).toEqual([]);
  expect(table.of('other')).toHaveLength(1);
});

test('one is started once, however many ask at the same time', () => {
  const session = create(0);
  table.begin(session);
  expect(() => table.begin(session)).toThrow('has already been started');
  table.failed(session.id, 126);
  expect(() => table.begin(table.find(session.id))).toThrow('has already been started');
});

test('on a full disk sessions start and end as ever', () => {
  vi.spyOn(database, 'prepare').mockImplementation(() => {
    throw Object.assign(new Error('database or disk is full'), { errcode: 13 });
  });
  for (let number = 0; number < 101; number += 1) {
    const session = create(number);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- nobody asks anything of it here
    table.started(session, 1, {} as HeldProcess);
    table.ended(session.id, 3);
  }
  expect(table.of('box')).toHaveLength(100);
  expect(table.find('box-100').state).toMatchObject({ status: 'exited', exitCode: 3 });
});
