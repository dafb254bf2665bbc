/** Starts that are still to come, at most one a container. What is due is in the container's state, not here. */
export class RestartTimers implements Disposable {
  readonly #start: (id: string) => void;
  /** Unix milliseconds, by container; of those that wait for the beginning. */
  readonly #held = new Map<string, number>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  #phase: 'opening' | 'open' | 'closed' = 'opening';

  constructor(start: (id: string) => void) {
    this.#start = start;
  }

  /** From now on what is due is started: before that an engine has yet to find what a start needs. */
  begin(): void {
    this.#phase = 'open';
    for (const [id, due] of this.#held) this.schedule(id, due);
    this.#held.clear();
  }

  /** @param due unix milliseconds; what has gone by is as soon as possible. */
  schedule(id: string, due: number): void {
    this.cancel(id);
    if (this.#phase === 'opening') this.#held.set(id, due);
    if (this.#phase !== 'open') return;
    const fire = (): void => {
      this.#timers.delete(id);
      this.#start(id);
    };
    this.#timers.set(id, setTimeout(fire, Math.max(0, due - Date.now())));
  }

  cancel(id: string): void {
    this.#held.delete(id);
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
  }

  /** The next engine finds what is due by the containers' states. */
  [Symbol.dispose](): void {
    this.#phase = 'closed';
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }
}
