/** Shorter ones are words that stand everywhere. */
const SHORTEST = 4;

const SHOWN = '***';

/**
 * Takes secrets out of what a step prints, so that none gets into a log: also one that comes in two pieces. Text that may
 * be the beginning of one waits for what follows.
 */
export class Redactor {
  readonly #secrets: readonly string[];
  #held = '';

  constructor(secrets: Iterable<Uint8Array>) {
    this.#secrets = Array.from(secrets, (bytes) => Buffer.from(bytes).toString('utf8').trim()).filter(
      (secret) => secret.length >= SHORTEST,
    );
  }

  add(text: string): string {
    const whole = this.#secrets.reduce((now, secret) => now.replaceAll(secret, SHOWN), this.#held + text);
    const waiting = Math.max(0, ...this.#secrets.map((secret) => overlap(whole, secret)));
    this.#held = whole.slice(whole.length - waiting);
    return whole.slice(0, whole.length - waiting);
  }

  /** What was waiting, at the end. */
  rest(): string {
    const held = this.#held;
    this.#held = '';
    return held;
  }
}

/** How much of the text's end is a secret's beginning. */
function overlap(text: string, secret: string): number {
  for (let length = Math.min(text.length, secret.length - 1); length > 0; length -= 1) {
    if (text.endsWith(secret.slice(0, length))) return length;
  }
  return 0;
}
