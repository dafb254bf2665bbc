import type { StatsSample } from '#engine/contract/stats.ts';
import type { UsageCounters } from '#engine/runtime/usage-counters.ts';

/** Counters at a moment, in Unix milliseconds. */
export interface Reading {
  readonly time: number;
  readonly counters: UsageCounters;
}

/** What was used between two readings. Counters that went back belong to another run: nothing is known of it then. */
export function sampleBetween(before: Reading, now: Reading): StatsSample {
  const seconds = Math.max(0.001, (now.time - before.time) / 1000);
  const gained = (name: keyof UsageCounters): number => Math.max(0, now.counters[name] - before.counters[name]);
  const rate = (name: keyof UsageCounters): number => Math.round(gained(name) / seconds);
  return {
    time: now.time,
    seconds: rounded(seconds),
    cpus: rounded(gained('cpuNs') / 1e9 / seconds),
    throttled: Math.min(1, rounded(gained('throttledNs') / 1e9 / seconds)),
    memoryBytes: now.counters.memoryBytes,
    processes: now.counters.processes,
    received: rate('receivedBytes'),
    sent: rate('sentBytes'),
    read: rate('readBytes'),
    written: rate('writtenBytes'),
  };
}

/** One sample for a row of them that follow one another: averages by their lengths, but the most of memory and processes. */
export function merged(samples: readonly StatsSample[]): StatsSample | undefined {
  const last = samples.at(-1);
  if (last === undefined) return undefined;
  const seconds = samples.reduce((total, sample) => total + sample.seconds, 0);
  const mean = (name: keyof StatsSample): number =>
    samples.reduce((total, sample) => total + sample[name] * sample.seconds, 0) / seconds;
  const most = (name: keyof StatsSample): number => Math.max(...samples.map((sample) => sample[name]));
  return {
    time: last.time,
    seconds: rounded(seconds),
    cpus: rounded(mean('cpus')),
    throttled: rounded(mean('throttled')),
    memoryBytes: most('memoryBytes'),
    processes: most('processes'),
    received: Math.round(mean('received')),
    sent: Math.round(mean('sent')),
    read: Math.round(mean('read')),
    written: Math.round(mean('written')),
  };
}

/** To thousandths: what is written down and sent is short. */
function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
