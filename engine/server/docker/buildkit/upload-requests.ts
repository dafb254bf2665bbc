import { unlessAborted } from '#engine/async/unless-aborted.ts';

interface Offered {
  readonly body: AsyncIterable<Uint8Array>;
  readonly read: PromiseWithResolvers<void>;
}

/**
 * Tars that a client of BuildKit's protocol sends by a request of their own, beside the one that asks for the build: which of the two
 * comes first is chance. Each is read once.
 */
export class UploadRequests {
  readonly #offers = new Map<string, PromiseWithResolvers<Offered>>();

  /** Resolves when the build has read it. @throws the signal's reason. */
  async offer(id: string, body: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void> {
    const read = Promise.withResolvers<void>();
    this.#at(id).resolve({ body, read });
    try {
      await unlessAborted(read.promise, signal);
    } finally {
      this.#offers.delete(id);
    }
  }

  /** What was offered by that id, or will be. @throws the signal's reason. */
  async *take(id: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    try {
      const { body, read } = await unlessAborted(this.#at(id).promise, signal);
      try {
        yield* body;
      } finally {
        read.resolve();
      }
    } finally {
      this.#offers.delete(id);
    }
  }

  #at(id: string): PromiseWithResolvers<Offered> {
    const known = this.#offers.get(id) ?? Promise.withResolvers<Offered>();
    this.#offers.set(id, known);
    return known;
  }
}
