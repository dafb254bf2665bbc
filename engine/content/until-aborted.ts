import { onAbort } from '#engine/async/on-abort.ts';
import { EngineError } from '#engine/contract/errors.ts';

/** The source until the signal fires: then it ends with `cancelled`, even while the source waits for its next chunk. */
export async function* untilAborted<T>(source: AsyncIterable<T>, signal: AbortSignal | undefined): AsyncGenerator<T> {
  const iterator = source[Symbol.asyncIterator]();
  const aborted = Promise.withResolvers<never>();
  // Nobody may be waiting for it when the signal fires.
  aborted.promise.catch(() => undefined);
  const release = onAbort(signal, () =>
    aborted.reject(new EngineError('cancelled', 'cancelled before all was stored')),
  );
  let isEnded = false;
  try {
    for (;;) {
      const step = await Promise.race([aborted.promise, iterator.next()]);
      isEnded = step.done === true;
      if (step.done === true) return;
      yield step.value;
    }
  } finally {
    release();
    // Not awaited: a generator answers `return` only after the chunk it waits for, which may never come.
    if (!isEnded) void Promise.resolve(iterator.return?.()).catch(() => undefined);
  }
}
