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
  const coming = new Map(iterators.map((iterator) => [iterator, arrivalOf(iterator)]));
  try {
    while (coming.size > 0) {
      const { iterator, result } = await Promise.race(coming.values());
      if (result.done === true) {
        coming.delete(iterator);
        continue;
      }
      coming.set(iterator, arrivalOf(iterator));
      yield result.value;
    }
  } finally {
    for (const iterator of iterators) void Promise.resolve(iterator.return?.()).catch(() => undefined);
  }
}

function arrivalOf<T>(iterator: AsyncIterator<T>): Promise<Arrival<T>> {
  const arrival = iterator.next().then((result) => ({ iterator, result }));
  // One that fails after everybody has gone has nobody to tell.
  arrival.catch(() => undefined);
  return arrival;
}
