import { EngineError } from './errors.ts';

/** Docker's own: Ctrl-P Ctrl-Q. */
const DEFAULT_KEYS = 'ctrl-p,ctrl-q';

const controls: ReadonlyMap<string, number> = new Map([
  ...Array.from({ length: 26 }, (_, index) => [`ctrl-${String.fromCharCode(97 + index)}`, index + 1] as const),
  ['ctrl-@', 0],
  ['ctrl-[', 27],
  ['ctrl-\\', 28],
  ['ctrl-]', 29],
  ['ctrl-^', 30],
  ['ctrl-_', 31],
]);

/**
 * The bytes of `ctrl-p,ctrl-q` or `a,b`; empty is Docker's default.
 * @throws EngineError `invalid-argument` for what is no key.
 */
export function parseDetachKeys(keys: string): readonly number[] {
  return (keys === '' ? DEFAULT_KEYS : keys).split(',').map((key) => {
    const code = key.length === 1 ? key.charCodeAt(0) : controls.get(key.toLowerCase());
    if (code !== undefined && code < 128) return code;
    throw new EngineError('invalid-argument', `Invalid detach keys: "${key}" is neither a character nor ctrl-<value>.`);
  });
}

/** Looks for the keys in what a client types. What could become them is kept back until it does or doesn't. */
export class DetachKeyScanner {
  readonly #keys: readonly number[];
  #matched = 0;

  constructor(keys: readonly number[]) {
    this.#keys = keys;
  }

  /** @returns the bytes to pass on, and whether the keys are complete: what follows them is dropped. */
  scan(bytes: Uint8Array): { readonly passed: Uint8Array; readonly isDetached: boolean } {
    const passed: number[] = [];
    for (const byte of bytes) {
      if (byte !== this.#keys[this.#matched]) {
        passed.push(...this.#keys.slice(0, this.#matched));
        this.#matched = 0;
      }
      if (byte !== this.#keys[this.#matched]) {
        passed.push(byte);
        continue;
      }
      this.#matched += 1;
      if (this.#matched === this.#keys.length) return { passed: Uint8Array.from(passed), isDetached: true };
    }
    return { passed: Uint8Array.from(passed), isDetached: false };
  }
}
