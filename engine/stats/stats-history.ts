import type { StatsMark, StatsSample } from '#engine/contract/stats.ts';

import { SampleRing } from './sample-ring.ts';
import { merged } from './usage-rates.ts';

/** A resolution, and how far back it reaches: five minutes by the second, an hour by ten, half a day by the minute. */
export const resolutions = [
  { seconds: 1, kept: 300 },
  { seconds: 10, kept: 360 },
  { seconds: 60, kept: 720 },
] as const;

const KEPT_MARKS = 200;
/** A longer silence between two samples of a coarser one keeps them apart: nobody measured then. */
const LONGEST_SILENCE_MS = 5000;

/** What is written down of a history: samples of each resolution, oldest first, and the marks. */
export interface StoredHistory {
  readonly rings: readonly (readonly StatsSample[])[];
  readonly marks: readonly StatsMark[];
}

interface Tier {
  readonly ring: SampleRing;
  readonly seconds: number;
  /** Finer samples that aren't one of its own yet. */
  waiting: StatsSample[];
}

/** What one container used, from its first start on: finely of late, coarsely of long ago, never more than 110 kB. */
export class StatsHistory {
  readonly #tiers: readonly Tier[];
  readonly #marks: StatsMark[];

  constructor(stored: StoredHistory = { rings: [], marks: [] }) {
    this.#tiers = resolutions.map(({ seconds, kept }, index) => {
      const ring = new SampleRing(kept);
      for (const sample of stored.rings[index] ?? []) ring.push(sample);
      return { ring, seconds, waiting: [] };
    });
    this.#marks = [...stored.marks];
  }

  push(sample: StatsSample): void {
    const [finest, ...coarser] = this.#tiers;
    finest?.ring.push(sample);
    for (const tier of coarser) pushCoarsely(tier, sample);
  }

  mark(mark: StatsMark): void {
    this.#marks.push(mark);
    if (this.#marks.length > KEPT_MARKS) this.#marks.shift();
  }

  get marks(): readonly StatsMark[] {
    return this.#marks;
  }

  /** Everything there is, oldest first: of each stretch of time as fine as it is known. */
  samples(): readonly StatsSample[] {
    let told: readonly StatsSample[] = [];
    for (const { ring } of this.#tiers) {
      const until = told[0] === undefined ? Infinity : startOf(told[0]);
      told = [...ring.last(Infinity).flatMap((sample) => cutOff(sample, until)), ...told];
    }
    return told;
  }

  /** Of the finest, the last `count`. */
  latest(count: number): readonly StatsSample[] {
    return this.#tiers[0]?.ring.last(count) ?? [];
  }

  store(): StoredHistory {
    return { rings: this.#tiers.map(({ ring }) => ring.last(Infinity)), marks: this.#marks };
  }
}

function startOf({ time, seconds }: StatsSample): number {
  return time - seconds * 1000;
}

/** What of a sample lies before a moment: the rest is known more finely. */
function cutOff(sample: StatsSample, until: number): readonly StatsSample[] {
  if (sample.time <= until) return [sample];
  const seconds = (until - startOf(sample)) / 1000;
  // Less than that is the clock's unevenness.
  return seconds > 0.5 ? [{ ...sample, time: until, seconds }] : [];
}

function pushCoarsely(tier: Tier, sample: StatsSample): void {
  const before = tier.waiting.at(-1);
  const isApart = before !== undefined && startOf(sample) - before.time > LONGEST_SILENCE_MS;
  if (isApart) flush(tier);
  tier.waiting.push(sample);
  const seconds = tier.waiting.reduce((total, waiting) => total + waiting.seconds, 0);
  // The clock's own unevenness must not make nine of ten out of it.
  if (seconds >= tier.seconds - 0.5) flush(tier);
}

function flush(tier: Tier): void {
  const sample = merged(tier.waiting);
  tier.waiting = [];
  if (sample !== undefined) tier.ring.push(sample);
}
