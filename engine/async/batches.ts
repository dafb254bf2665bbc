import { setImmediate } from 'node:timers/promises';

export interface BatchLimit<T> {
  /** A batch is passed on as soon as its sizes add up to this. */
  readonly size: number;
  readonly sizeOf: (item: T) => number;
}

type Step<T> = { readonly result: IteratorResult<T> } | { readonly error: unknown };

/**
 * Gathers what comes in quick succession, so that it travels together; nothing waits longer than a turn of the event
 * loop. What came before an error is passed on before it.
 */
export async function* batches<T>(source: AsyncIterable<T>, limit: BatchLimit<T>): AsyncGenerator<T[]> {
  const iterator = source[Symbol.asyncIterator]();
  let batch: T[] = [];
  let size = 0;
  let next = stepOf(iterator);
  try {
    for (;;) {
      const step = batch.length === 0 ? await next : await Promise.race([next, setImmediate(undefined)]);
      const item = step !== undefined && 'result' in step && step.result.done !== true ? step.result : undefined;
      if (item !== undefined) {
        batch.push(item.value);
        size += limit.sizeOf(item.value);
        next = stepOf(iterator);
        if (size < limit.size) continue;
      }
      if (batch.length > 0) yield batch;
      batch = [];
      size = 0;
      if (step === undefined || item !== undefined) continue;
      if ('error' in step) throw step.error;
      return;
    }
  } finally {
    // Not awaited: a source that waits for news ends by its own signal, after whoever reads it has gone.
    void Promise.resolve(iterator.return?.()).catch(() => undefined);
  }
}

async function stepOf<T>(iterator: AsyncIterator<T>): Promise<Step<T>> {
  try {
    return { result: await iterator.next() };
  } catch (error) {
    return { error };
  }
}
