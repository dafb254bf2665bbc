/**
 * What one side pushes and one other reads, in order.
 *
 * Pushing never waits: whoever pushes bounds the queue, by credit or by looking at `size`. What was queued before the
 * end is still read; an error comes after it. A reader that leaves ends the queue and drops what is in it.
 */
export class Queue<T> implements AsyncIterableIterator<T, undefined> {
  readonly #items: T[] = [];
  readonly #onAbandoned: () => void;
  #wake: (() => void) | undefined;
  #isEnded = false;
  #error: unknown;

  /** @param onAbandoned called once when the reader leaves before the end. */
  constructor(onAbandoned: () => void = () => undefined) {
    this.#onAbandoned = onAbandoned;
  }

  get size(): number {
    return this.#items.length;
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  push(item: T): void {
    if (this.#isEnded) return;
    this.#items.push(item);
    this.#wakeReader();
  }

  end(): void {
    this.#isEnded = true;
    this.#wakeReader();
  }

  fail(error: unknown): void {
    if (this.#isEnded) return;
    this.#error = error;
    this.end();
  }

  /** What is there now, without waiting. */
  take(): T | undefined {
    return this.#items.shift();
  }

  async next(): Promise<IteratorResult<T, undefined>> {
    while (this.#items.length === 0) {
      if (this.#isEnded) return this.#last();
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    // Read by index because an item may itself be undefined.
    const [value] = this.#items.splice(0, 1) as [T];
    return { done: false, value };
  }

  return(): Promise<IteratorResult<T, undefined>> {
    const wasOpen = !this.#isEnded;
    this.#items.length = 0;
    this.#error = undefined;
    this.end();
    if (wasOpen) this.#onAbandoned();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #last(): IteratorResult<T, undefined> {
    const error = this.#error;
    this.#error = undefined;
    if (error !== undefined) throw error;
    return { done: true, value: undefined };
  }

  #wakeReader(): void {
    this.#wake?.();
    this.#wake = undefined;
  }
}
