import type { StatsLimits, StatsSample } from '#engine/contract/stats.ts';
import type { RunningContainer } from '#engine/runtime/runtime.ts';
import { countersOf, type UsageCounters, type UsageMeter } from '#engine/runtime/usage-counters.ts';

import type { StatsHistory } from './stats-history.ts';
import { type Reading, sampleBetween } from './usage-rates.ts';

const NOTHING: UsageCounters = {
  cpuNs: 0,
  throttledNs: 0,
  readBytes: 0,
  writtenBytes: 0,
  receivedBytes: 0,
  sentBytes: 0,
  memoryBytes: 0,
  processes: 0,
};

/** Limits may be set anew while it runs; nobody needs to know within the second. */
const READINGS_PER_LIMITS = 10;

/** A container that runs, while it is being measured. */
export class MeasuredContainer {
  readonly history: StatsHistory;
  readonly running: RunningContainer;
  readonly #meter: UsageMeter | undefined;
  #hasNetwork: boolean;
  #before: Reading | undefined;
  #limits: StatsLimits = {};
  #readings = 0;

  /** @param startedAt known when it started under this engine, so that its first sample reaches back to its start. */
  constructor(running: RunningContainer, history: StatsHistory, startedAt: number | undefined) {
    this.running = running;
    this.history = history;
    this.#meter = running.meter();
    this.#hasNetwork = this.#meter?.hasNetwork ?? false;
    this.#before = startedAt === undefined ? undefined : { time: startedAt, counters: NOTHING };
  }

  get limits(): StatsLimits {
    return this.#limits;
  }

  get hasNetwork(): boolean {
    return this.#hasNetwork;
  }

  /** Whether reading it costs next to nothing. */
  get isMetered(): boolean {
    return this.#meter !== undefined;
  }

  /** What was used since the last time; undefined the first time, and of one that has ended. */
  async measure(now: () => number): Promise<StatsSample | undefined> {
    try {
      const counters = await this.#read();
      if (this.#readings % READINGS_PER_LIMITS === 0) this.#limits = limitsOf(this.#meter);
      this.#readings += 1;
      const reading = { time: now(), counters };
      const sample = this.#before === undefined ? undefined : sampleBetween(this.#before, reading);
      this.#before = reading;
      if (sample !== undefined) this.history.push(sample);
      return sample;
    } catch {
      return undefined;
    }
  }

  async #read(): Promise<UsageCounters> {
    if (this.#meter !== undefined) return this.#meter.counters();
    const usage = await this.running.usage();
    this.#hasNetwork = Object.keys(usage.networks).length > 0;
    return countersOf(usage);
  }
}

function limitsOf(meter: UsageMeter | undefined): StatsLimits {
  const limits = Object.entries(meter?.limits() ?? {}).filter(([, value]) => value !== undefined);
  return Object.fromEntries(limits);
}
