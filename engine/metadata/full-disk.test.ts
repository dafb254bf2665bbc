import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { EngineError } from '#engine/contract/errors.ts';

import { openDatabase, type Database } from './database.ts';
import { ifThereIsRoom, onceThereIsRoom } from './full-disk.ts';

let database: Database;
beforeEach(() => {
  vi.useFakeTimers();
  database = openDatabase(':memory:');
});
afterEach(() => {
  vi.useRealTimers();
  if (database.isOpen) database.close();
});

/** As SQLite says it (sqlite3.h): full, an extended code of an input or output error, and either as the engine says it. */
const full = Object.assign(new Error('full'), { errcode: 13 });
const shared = Object.assign(new Error('no room for shared memory'), { errcode: 4874 });
const said = new EngineError('out-of-space', 'The disk is full.', { cause: full });

test.each([full, shared, said])('what a full disk refuses is written once there is room: %s', (error) => {
  const written: number[] = [];
  let rounds = 0;
  onceThereIsRoom(database, () => {
    rounds += 1;
    if (rounds < 4) throw error;
    written.push(rounds);
  });
  vi.advanceTimersByTime(2000);
  expect(written).toEqual([]);
  vi.advanceTimersByTime(60_000);
  expect(written).toEqual([4]);
});

test('nothing is tried once the database is closed', () => {
  const write = vi.fn(() => {
    throw full;
  });
  onceThereIsRoom(database, write);
  database.close();
  vi.advanceTimersByTime(60_000);
  expect(write).toHaveBeenCalledTimes(1);
});

test('any other failure is its caller’s', () => {
  const fail = (): void => {
    throw Object.assign(new Error('constraint failed'), { errcode: 19 });
  };
  expect(() => onceThereIsRoom(database, fail)).toThrow('constraint failed');
  expect(() => ifThereIsRoom(fail)).toThrow('constraint failed');
  expect(() =>
    ifThereIsRoom(() => {
      throw said;
    }),
  ).not.toThrow();
});
