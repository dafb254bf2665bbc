import { keepBudget } from './keep-budget.ts';
import type { TrashParts } from './trash-parts.ts';

/** Long enough after the last removal that fifty at once aren't slowed down by looking at the first. */
const SETTLE_MS = 2000;
const HOUR_MS = 3_600_000;

/** Keeps the trash to its budget beside everything else, one round at a time, until disposed. */
export class TrashKeeper implements AsyncDisposable {
  readonly #parts: TrashParts;
  readonly #onFailure: (error: unknown) => void;
  readonly #closing = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<void> = Promise.resolve();
  #isAwake = false;

  /** @param onFailure hears of a round that failed; the next one tries again. */
  constructor(parts: TrashParts, onFailure: (error: unknown) => void) {
    this.#parts = parts;
    this.#onFailure = onFailure;
  }

  /** Again while it is awake already changes nothing: removals without end don't put off the round. */
  wake(): void {
    if (this.#isAwake) return;
    this.#isAwake = true;
    this.#schedule(SETTLE_MS);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    clearTimeout(this.#timer);
    await this.#round;
  }

  #schedule(delay: number): void {
    clearTimeout(this.#timer);
    if (this.#closing.signal.aborted) return;
    this.#timer = setTimeout(() => {
      this.#isAwake = false;
      this.#round = this.#round.then(() => this.#keep());
    }, delay);
    this.#timer.unref();
  }

  async #keep(): Promise<void> {
    try {
      await keepBudget(this.#parts, Date.now(), this.#closing.signal);
    } catch (error) {
      if (!this.#closing.signal.aborted) this.#onFailure(error);
    }
    if (!this.#isAwake) this.#schedule(HOUR_MS);
  }
}
