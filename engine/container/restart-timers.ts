/** Starts that are still to come, at most one a container. What is due is in the container's state, not here. */
export class RestartTimers implements Disposable {
  readonly #start: (id: string) => void;
  readonly #timers = new Map<string, NodeJS.Timeout>();
  #isClosed = false;

  constructor(start: (id: string) => void) {
    this.#start = start;
  }

  /** @param due unix milliseconds; what has gone by is as soon as possible. */
  schedule(id: string, due: number): void {
    this.cancel(id);
    if (this.#isClosed) return;
    const fire = (): void => {
      this.#timers.delete(id);
      this.#start(id);
    };
    this.#timers.set(id, setTimeout(fire, Math.max(0, due - Date.now())));
  }

  cancel(id: string): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
  }

  /** The next engine finds what is due by the containers' states. */
  [Symbol.dispose](): void {
    this.#isClosed = true;
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }
}
