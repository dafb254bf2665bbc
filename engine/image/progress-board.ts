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
    const over: { failure?: { readonly error: unknown } | undefined; is: boolean } = { is: false };
    const end = (failure?: { readonly error: unknown }): void => {
      over.is = true;
      over.failure = failure;
      this.#wake();
    };
    work.then(
      () => end(),
      (error: unknown) => end({ error }),
    );
    let dueAt = 0;
    while (!over.is) {
      const early = dueAt - performance.now();
      if (this.#hasNews && (this.#isUrgent || early <= 0)) {
        yield this.#take();
        dueAt = performance.now() + COALESCE_MS;
      } else {
        await this.#woken(this.#hasNews ? early : undefined);
      }
    }
    if (this.#hasNews) yield this.#take();
    if (over.failure !== undefined) throw over.failure.error;
  }

  #take(): PullProgress {
    this.#hasNews = false;
    this.#isUrgent = false;
    return this.#progress;
  }

  /** @param latestMs when to go on though nobody wakes it. */
  async #woken(latestMs: number | undefined): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    const timer = latestMs === undefined ? undefined : setTimeout(resolve, latestMs);
    await promise;
    clearTimeout(timer);
  }

  #tell(isUrgent: boolean): void {
    // News after news that already waits for its moment has nothing to add to that.
    const isWorthWaking = isUrgent || !this.#hasNews;
    this.#hasNews = true;
    this.#isUrgent ||= isUrgent;
    if (isWorthWaking) this.#wake();
  }
}
