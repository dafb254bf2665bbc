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
  const gathering: Gathering<T> = { iterator, limit, next: stepOf(iterator) };
  try {
    for (;;) {
      const { batch, last } = await gather(gathering);
      if (batch.length > 0) yield batch;
      if (last === undefined) continue;
      if ('error' in last) throw last.error;
      return;
    }
  } finally {
    // Not awaited: a source that waits for news ends by its own signal, after whoever reads it has gone.
    void Promise.resolve(iterator.return?.()).catch(() => undefined);
  }
}

interface Gathering<T> {
  readonly iterator: AsyncIterator<T>;
  readonly limit: BatchLimit<T>;
  /** Asked for already, and perhaps here. */
  next: Promise<Step<T>>;
}

/** One batch. @returns with it the source's end, when that came. */
async function gather<T>(from: Gathering<T>): Promise<{ readonly batch: T[]; readonly last?: Step<T> }> {
  const batch: T[] = [];
  for (let size = 0; size < from.limit.size || batch.length === 0;) {
    const step = batch.length === 0 ? await from.next : await Promise.race([from.next, setImmediate(undefined)]);
    if (step === undefined) break;
    if ('error' in step || step.result.done === true) return { batch, last: step };
    batch.push(step.result.value);
    size += from.limit.sizeOf(step.result.value);
    from.next = stepOf(from.iterator);
  }
  return { batch };
}

async function stepOf<T>(iterator: AsyncIterator<T>): Promise<Step<T>> {
  try {
    return { result: await iterator.next() };
  } catch (error) {
    return { error };
  }
}
