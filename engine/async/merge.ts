import { Queue } from './queue.ts';

interface Arrival<T> {
  readonly iterator: AsyncIterator<T>;
  readonly result: IteratorResult<T>;
}

/**
 * Items of several sources as they come, one asked for at a time from each, until all have ended or one fails.
 *
 * Leaving early tells every source, but doesn't wait for one that is itself waiting: such a source ends by its signal.
 */
export async function* merge<T>(sources: readonly AsyncIterable<T>[]): AsyncGenerator<T> {
  const iterators = sources.map((source) => source[Symbol.asyncIterator]());
  // Not a race over and over, which would leave something with a silent source for each item of a talking one.
  const arrivals = new Queue<Arrival<T>>();
  const ask = (iterator: AsyncIterator<T>): void =>
    void iterator.next().then(
      (result) => arrivals.push({ iterator, result }),
      (error: unknown) => arrivals.fail(error),
    );
  for (const iterator of iterators) ask(iterator);
  try {
    for (let open = iterators.length; open > 0;) {
      const { value: arrival } = await arrivals.next();
      if (arrival === undefined) return;
      if (arrival.result.done === true) {
        open -= 1;
        continue;
      }
      ask(arrival.iterator);
      yield arrival.result.value;
    }
  } finally {
    for (const iterator of iterators) void Promise.resolve(iterator.return?.()).catch(() => undefined);
  }
}
