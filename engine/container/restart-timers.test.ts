import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { RestartTimers } from './restart-timers.ts';

beforeEach(() => vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => vi.useRealTimers());

function watched(): { timers: RestartTimers; started: string[] } {
  const started: string[] = [];
  const timers = new RestartTimers((id) => started.push(id));
  timers.begin();
  return { timers, started };
}

test('starts each when it is due, and not before', () => {
  const { timers, started } = watched();
  timers.schedule('late', 1_000_400);
  timers.schedule('early', 1_000_100);
  timers.schedule('overdue', 0);
  vi.advanceTimersByTime(99);
  expect(started).toEqual(['overdue']);
  vi.advanceTimersByTime(1);
  expect(started).toEqual(['overdue', 'early']);
  vi.advanceTimersByTime(1000);
  expect(started).toEqual(['overdue', 'early', 'late']);
});

test('only the last word about a container counts', () => {
  const { timers, started } = watched();
  timers.schedule('moved', 1_000_100);
  timers.schedule('moved', 1_000_200);
  timers.schedule('cancelled', 1_000_100);
  timers.cancel('cancelled');
  vi.advanceTimersByTime(150);
  expect(started).toEqual([]);
  vi.advanceTimersByTime(1000);
  expect(started).toEqual(['moved']);
});

test('nothing starts once the engine ends', () => {
  const { timers, started } = watched();
  timers.schedule('before', 1_000_100);
  timers[Symbol.dispose]();
  timers.schedule('after', 1_000_100);
  vi.advanceTimersByTime(1000);
  expect(started).toEqual([]);
});

test('nothing starts before the engine is open, and what was due meanwhile starts then', () => {
  const started: string[] = [];
  const timers = new RestartTimers((id) => started.push(id));
  timers.schedule('overdue', 0);
  timers.schedule('later', 1_000_500);
  timers.schedule('cancelled', 0);
  timers.cancel('cancelled');
  vi.advanceTimersByTime(200);
  expect(started).toEqual([]);
  timers.begin();
  vi.advanceTimersByTime(0);
  expect(started).toEqual(['overdue']);
  vi.advanceTimersByTime(300);
  expect(started).toEqual(['overdue', 'later']);
});
