import { type EngineError, toEngineError } from '#engine/contract/errors.ts';

import { backOffMs, type Pause, pause } from './back-off.ts';

/** How a stream stands that somebody follows. */
export type FollowStatus =
  | { readonly status: 'loading' }
  | { readonly status: 'following' }
  | { readonly status: 'reconnecting' }
  | { readonly status: 'failed'; readonly error: EngineError };

export interface Followed<T> {
  /** Asks anew: whatever was known is told again. */
  readonly open: (signal: AbortSignal) => AsyncIterable<T>;
  readonly onItem: (item: T, isFirst: boolean) => void;
  readonly onStatus: (status: FollowStatus) => void;
}

/** Follows until the stream ends or the signal fires; a lost engine is waited for, and asked anew. */
export async function followStream<T>(followed: Followed<T>, signal: AbortSignal, wait: Pause = pause): Promise<void> {
  for (let failures = 0; !signal.aborted;) {
    try {
      await readAll(followed, signal, () => (failures = 0));
      return;
    } catch (thrown) {
      const error = toEngineError(thrown);
      if (signal.aborted) return;
      if (error.code !== 'unavailable') return followed.onStatus({ status: 'failed', error });
      failures += 1;
      followed.onStatus({ status: 'reconnecting' });
      await wait(backOffMs(failures), signal);
    }
  }
}

async function readAll<T>(followed: Followed<T>, signal: AbortSignal, onItem: () => void): Promise<void> {
  let isFirst = true;
  for await (const item of followed.open(signal)) {
    onItem();
    followed.onItem(item, isFirst);
    if (isFirst) followed.onStatus({ status: 'following' });
    isFirst = false;
  }
}

/** One reader for as long as anybody looks, by what is looked at. */
export class SharedReaders {
  readonly #readers = new Map<string, { readonly stop: AbortController; watchers: number }>();

  /** @param begin called for the first. @returns leaves; the last to leave stops the reader. */
  open(id: string, begin: (signal: AbortSignal) => void): () => void {
    const known = this.#readers.get(id);
    const reader = known ?? { stop: new AbortController(), watchers: 0 };
    reader.watchers += 1;
    if (known === undefined) {
      this.#readers.set(id, reader);
      begin(reader.stop.signal);
    }
    let hasLeft = false;
    return () => {
      if (hasLeft) return;
      hasLeft = true;
      reader.watchers -= 1;
      if (reader.watchers > 0) return;
      reader.stop.abort();
      if (this.#readers.get(id) === reader) this.#readers.delete(id);
    };
  }
}
