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
  #failure: { readonly error: unknown } | undefined;

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
    this.#failure = { error };
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
    // Not `shift`, whose undefined could be an item or none.
    for (const value of this.#items.splice(0, 1)) return { done: false, value };
    return this.#last();
  }

  return(): Promise<IteratorResult<T, undefined>> {
    const wasOpen = !this.#isEnded;
    this.#items.length = 0;
    this.#failure = undefined;
    this.end();
    if (wasOpen) this.#onAbandoned();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #last(): IteratorResult<T, undefined> {
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure !== undefined) throw failure.error;
    return { done: true, value: undefined };
  }

  #wakeReader(): void {
    this.#wake?.();
    this.#wake = undefined;
  }
}
