import type { LogEntry } from '#engine/contract/container.ts';

/**
 * The last lines of a log. Lines are numbered from 0 as they come and keep their number when older ones are let go.
 */
export class LogBuffer {
  readonly #most: number;
  #entries: LogEntry[] = [];
  #first = 0;
  #generation = 0;
  #missedBytes = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** Grows with every `clear`: numbers of another generation mean other lines. */
  get generation(): number {
    return this.#generation;
  }

  /** Number of the oldest line that is still held. */
  get first(): number {
    return this.#first;
  }

  /** One more than the number of the newest line. */
  get end(): number {
    return this.#first + this.#entries.length;
  }

  /** How many bytes of the log weren't kept by the engine, before these lines and between them. */
  get missedBytes(): number {
    return this.#missedBytes;
  }

  at(number: number): LogEntry | undefined {
    return this.#entries[number - this.#first];
  }

  push(entries: readonly LogEntry[]): void {
    for (const entry of entries) {
      this.#entries.push(entry);
      this.#missedBytes += entry.missedBytes ?? 0;
    }
    // Letting go in bulk keeps appending cheap: a tenth more than asked for is held at most.
    if (this.#entries.length <= this.#most * 1.1) return;
    const surplus = this.#entries.length - this.#most;
    this.#entries = this.#entries.slice(surplus);
    this.#first += surplus;
  }

  clear(): void {
    this.#entries = [];
    this.#first = 0;
    this.#generation += 1;
    this.#missedBytes = 0;
  }
}
