import { onAbort } from '#engine/async/on-abort.ts';
import { EngineError } from '#engine/contract/errors.ts';

/** The source until the signal fires: then it ends with `cancelled`, even while the source waits for its next chunk. */
export async function* untilAborted<T>(source: AsyncIterable<T>, signal: AbortSignal | undefined): AsyncGenerator<T> {
  const iterator = source[Symbol.asyncIterator]();
  let refuse: (reason: EngineError) => void = () => undefined;
  let reason: EngineError | undefined;
  const release = onAbort(signal, () => {
    reason = new EngineError('cancelled', 'cancelled before all was stored');
    refuse(reason);
  });
  let isEnded = false;
  try {
    for (;;) {
      // Not a race with one promise of the signal's: that would hold every chunk there was until the last.
      const { promise, resolve, reject } = Promise.withResolvers<IteratorResult<T, unknown>>();
      refuse = reject;
      if (reason !== undefined) reject(reason);
      else iterator.next().then(resolve, reject);
      const step = await promise;
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
