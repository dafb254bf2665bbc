import type { StatsSample } from '#engine/contract/stats.ts';

const columns = [
  'time',
  'seconds',
  'cpus',
  'throttled',
  'memoryBytes',
  'processes',
  'received',
  'sent',
  'read',
  'written',
] as const satisfies readonly (keyof StatsSample)[];

const WIDTH = columns.length;
const FIRST_CAPACITY = 32;

/** The last samples of one resolution, as numbers side by side: ten of eight bytes each. It grows up to its capacity. */
export class SampleRing {
  readonly #capacity: number;
  #numbers = new Float64Array(0);
  #start = 0;
  #length = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get length(): number {
    return this.#length;
  }

  push(sample: StatsSample): void {
    if (this.#length === this.#room && this.#room < this.#capacity) this.#grow();
    if (this.#length === this.#room) this.#start = (this.#start + 1) % this.#room;
    else this.#length += 1;
    const place = ((this.#start + this.#length - 1) % this.#room) * WIDTH;
    for (const [index, column] of columns.entries()) this.#numbers[place + index] = sample[column];
  }

  /** Oldest first, the last `count` of them. */
  last(count: number): readonly StatsSample[] {
    const from = Math.max(0, this.#length - count);
    return Array.from({ length: this.#length - from }, (_, index) => this.#at(from + index));
  }

  #at(index: number): StatsSample {
    const place = ((this.#start + index) % this.#room) * WIDTH;
    return sampleOf((column) => this.#numbers[place + column] ?? 0);
  }

  get #room(): number {
    return this.#numbers.length / WIDTH;
  }

  /** Only a ring that isn't full yet grows, so its samples stand from the start on. */
  #grow(): void {
    const room = Math.min(this.#capacity, Math.max(FIRST_CAPACITY, this.#room * 2));
    const numbers = new Float64Array(room * WIDTH);
    numbers.set(this.#numbers);
    this.#numbers = numbers;
  }
}

/** Of a sample, written down: its numbers as they stand in a ring, each of eight bytes, little end first. */
export const SAMPLE_BYTES = WIDTH * 8;

export function numbersOf(samples: readonly StatsSample[]): Buffer {
  const bytes = Buffer.alloc(samples.length * SAMPLE_BYTES);
  for (const [row, sample] of samples.entries()) {
    for (const [index, column] of columns.entries())
      bytes.writeDoubleLE(sample[column], row * SAMPLE_BYTES + index * 8);
  }
  return bytes;
}

/** @throws RangeError when the bytes end within a sample. */
export function samplesOf(bytes: Buffer): readonly StatsSample[] {
  return Array.from({ length: Math.ceil(bytes.length / SAMPLE_BYTES) }, (_, row) =>
    sampleOf((column) => bytes.readDoubleLE(row * SAMPLE_BYTES + column * 8)),
  );
}

function sampleOf(number: (column: number) => number): StatsSample {
  return {
    time: number(0),
    seconds: number(1),
    cpus: number(2),
    throttled: number(3),
    memoryBytes: number(4),
    processes: number(5),
    received: number(6),
    sent: number(7),
    read: number(8),
    written: number(9),
  };
}
