import { onAbort } from '#engine/async/on-abort.ts';
import { EngineError } from '#engine/contract/errors.ts';

interface Shared<T> {
  readonly result: Promise<T>;
  readonly abort: AbortController;
  readonly listeners: Set<(current: number) => void>;
  waiting: number;
}

export interface Joining {
  readonly onProgress?: ((current: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Work that several may want at once and that is done once; it is cancelled when nobody wants it any more. */
export class SharedWork<T> {
  readonly #running = new Map<string, Shared<T>>();

  async join(
    key: string,
    joining: Joining,
    work: (onProgress: (current: number) => void, signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const { onProgress, signal } = joining;
    if (signal?.aborted === true) throw cancelled();
    const shared = this.#running.get(key) ?? this.#start(key, work);
    shared.waiting += 1;
    if (onProgress !== undefined) shared.listeners.add(onProgress);
    const left = Promise.withResolvers<never>();
    const release = onAbort(signal, () => left.reject(cancelled()));
    try {
      return await Promise.race([shared.result, left.promise]);
    } finally {
      release();
      if (onProgress !== undefined) shared.listeners.delete(onProgress);
      shared.waiting -= 1;
      if (shared.waiting === 0) await this.#end(key, shared);
    }
  }

  #start(key: string, work: (onProgress: (current: number) => void, signal: AbortSignal) => Promise<T>): Shared<T> {
    const abort = new AbortController();
    const listeners = new Set<(current: number) => void>();
    const result = work((current) => {
      for (const listener of listeners) listener(current);
    }, abort.signal);
    const shared = { result, abort, listeners, waiting: 0 };
    this.#running.set(key, shared);
    // Forgotten before anybody can find out that it failed and try again.
    const forget = (): void => {
      if (this.#running.get(key) === shared) this.#running.delete(key);
    };
    result.then(forget, forget);
    return shared;
  }

  /** The last to leave waits until all is undone; whoever comes meanwhile starts anew. */
  async #end(key: string, shared: Shared<T>): Promise<void> {
    if (this.#running.get(key) === shared) this.#running.delete(key);
    shared.abort.abort();
    await shared.result.catch(() => undefined);
  }
}

function cancelled(): EngineError {
  return new EngineError('cancelled', 'unpacking was cancelled');
}
