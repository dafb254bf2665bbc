/** Resolves after `milliseconds`, or at once when the signal fires. */
export type Pause = (milliseconds: number, signal: AbortSignal) => Promise<void>;

export const pause: Pause = (milliseconds, signal) =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const timer = setTimeout(done, milliseconds);
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
    signal.addEventListener('abort', done);
  });

const FIRST_MS = 100;
const LONGEST_MS = 3000;

/**
 * How long to wait before asking again. What is asked while the engine is away already waits for the connection, so
 * this only keeps an engine that answers "unavailable" at once from being asked without pause.
 */
export function backOffMs(failures: number): number {
  return Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.max(0, failures - 1));
}
