import { expect, test } from 'vitest';

import { sampleBetween } from './usage-rates.ts';

const counters = {
  cpuNs: 0,
  throttledNs: 0,
  readBytes: 0,
  writtenBytes: 0,
  receivedBytes: 0,
  sentBytes: 0,
  memoryBytes: 0,
  processes: 0,
};

test('two readings say what was used in between, by the second', () => {
  const before = { time: 1000, counters: { ...counters, cpuNs: 1e9, receivedBytes: 500 } };
  const now = {
    time: 3000,
    counters: { ...counters, cpuNs: 4e9, throttledNs: 5e8, receivedBytes: 2500, memoryBytes: 42, processes: 3 },
  };
  expect(sampleBetween(before, now)).toEqual({
    time: 3000,
    seconds: 2,
    cpus: 1.5,
    throttled: 0.25,
    memoryBytes: 42,
    processes: 3,
    received: 1000,
    sent: 0,
    read: 0,
    written: 0,
  });
});

test('counters that went back, and a clock that stood still, give nothing impossible', () => {
  const before = { time: 1000, counters: { ...counters, cpuNs: 5e9 } };
  expect(sampleBetween(before, { time: 1000, counters })).toMatchObject({ cpus: 0 });
});
