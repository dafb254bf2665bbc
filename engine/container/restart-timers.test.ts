import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { RestartTimers } from './restart-timers.ts';

beforeEach(() => vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => vi.useRealTimers());

function watched(): { timers: RestartTimers; started: string[] } {
  const started: string[] = [];
  return { timers: new RestartTimers((id) => started.push(id)), started };
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
