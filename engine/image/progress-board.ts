import { setTimeout as wait } from 'node:timers/promises';

import type { LayerProgress, PullProgress } from '#engine/contract/image.ts';
import type { Descriptor } from '#engine/oci/descriptor.ts';

/** Bytes that came are told this often at most; changes of state at once. */
const COALESCE_MS = 50;

/** How a pull or load stands. Those who do the work write on it; one reader follows. */
export class ProgressBoard {
  #progress: PullProgress;
  #hasNews = true;
  #isUrgent = true;
  #wake: () => void = () => undefined;

  constructor(reference: string, status: string) {
    this.#progress = { reference, status, layers: [] };
  }

  say(news: Partial<Pick<PullProgress, 'status' | 'manifestDigest' | 'manifestSize' | 'imageId' | 'reference'>>): void {
    this.#progress = { ...this.#progress, ...news };
    this.#tell(true);
  }

  /** @returns the index of the first of them. */
  add(layers: readonly Descriptor[]): number {
    const first = this.#progress.layers.length;
    const added = layers.map(({ digest, size }): LayerProgress => ({
      digest,
      state: 'waiting',
      current: 0,
      total: size,
    }));
    this.#progress = { ...this.#progress, layers: [...this.#progress.layers, ...added] };
    this.#tell(true);
    return first;
  }

  layer(index: number, news: Partial<Omit<LayerProgress, 'digest'>>): void {
    const layers = this.#progress.layers.map((layer, at) => (at === index ? { ...layer, ...news } : layer));
    this.#progress = { ...this.#progress, layers };
    this.#tell(news.state !== undefined);
  }

  /** What is on the board whenever it changes, and the last of it, until the work has ended; throws what it throws. */
  async *follow(work: Promise<void>): AsyncGenerator<PullProgress> {
    let isOver = false;
    const over = work.then(
      () => undefined,
      (error: unknown) => ({ error }),
    );
    const ended = over.then((failure) => {
      isOver = true;
      this.#wake();
      return failure;
    });
    while (!isOver) {
      if (this.#hasNews) yield this.#take();
      await this.#news(ended);
    }
    const failure = await ended;
    if (this.#hasNews) yield this.#take();
    if (failure !== undefined) throw failure.error;
  }

  #take(): PullProgress {
    this.#hasNews = false;
    this.#isUrgent = false;
    return this.#progress;
  }

  async #news(ended: Promise<unknown>): Promise<void> {
    const timer = new AbortController();
    await Promise.race([this.#changed(), ended]);
    if (!this.#isUrgent) {
      const pause = wait(COALESCE_MS, undefined, { signal: timer.signal }).catch(() => undefined);
      await Promise.race([pause, this.#urgent(), ended]);
      timer.abort();
    }
  }

  async #changed(): Promise<void> {
    while (!this.#hasNews) await this.#woken();
  }

  async #urgent(): Promise<void> {
    while (!this.#isUrgent) await this.#woken();
  }

  async #woken(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const before = this.#wake;
    this.#wake = () => {
      before();
      resolve();
    };
    await promise;
  }

  #tell(isUrgent: boolean): void {
    this.#hasNews = true;
    this.#isUrgent ||= isUrgent;
    const wake = this.#wake;
    this.#wake = () => undefined;
    wake();
  }
}
