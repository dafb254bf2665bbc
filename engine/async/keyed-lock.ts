/** Lets one piece of work at a time have a key; the others wait in the order in which they came. */
export class KeyedLock {
  readonly #tails = new Map<string, Promise<void>>();

  /** Whether somebody has it now. */
  isHeld(key: string): boolean {
    return this.#tails.has(key);
  }

  async exclusively<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.#tails.get(key);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#tails.set(key, promise);
    try {
      await before;
      return await work();
    } finally {
      if (this.#tails.get(key) === promise) this.#tails.delete(key);
      resolve();
    }
  }
}
