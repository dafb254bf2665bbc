/** The same numbers for the same seed, wherever a test runs (mulberry32). */
export class SeededRandom {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A whole number below the limit. */
  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new Error('There is nothing to pick from.');
    return item;
  }

  /** The same bytes with some of them changed, left out, repeated or put elsewhere. */
  spoil(bytes: Buffer): Buffer {
    let spoilt: Buffer = Buffer.from(bytes);
    for (let times = 1 + this.below(6); times > 0 && spoilt.length > 0; times -= 1) spoilt = this.#spoilOnce(spoilt);
    return spoilt;
  }

  #spoilOnce(bytes: Buffer): Buffer {
    const at = this.below(bytes.length);
    const end = Math.min(bytes.length, at + 1 + this.below(64));
    const kind = this.below(5);
    if (kind === 0) return Buffer.concat([bytes.subarray(0, at), bytes.subarray(end)]);
    if (kind === 1) return Buffer.concat([bytes.subarray(0, end), bytes.subarray(at)]);
    if (kind === 2) return bytes.subarray(0, at);
    const changed = Buffer.from(bytes);
    if (kind === 3) changed[at] = this.below(256);
    else changed.copyWithin(this.below(bytes.length), at, end);
    return changed;
  }
}

/** How often a test tries; more by hand: `ESTRATO_FUZZ_ROUNDS=1000000`. */
export function fuzzRounds(usual: number): number {
  const asked = Number(process.env['ESTRATO_FUZZ_ROUNDS']);
  return Number.isSafeInteger(asked) && asked > 0 ? asked : usual;
}

/** Another beginning by hand; the same in every ordinary run. */
export function fuzzSeed(): number {
  return Number(process.env['ESTRATO_FUZZ_SEED'] ?? 1);
}
