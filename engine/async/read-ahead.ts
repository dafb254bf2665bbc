/** The same, with the next one under way while the last is being used. */
export async function* readAhead<T>(source: AsyncIterable<T>): AsyncGenerator<T> {
  const iterator = source[Symbol.asyncIterator]();
  let next = iterator.next();
  try {
    for (;;) {
      const step = await next;
      if (step.done === true) return;
      next = iterator.next();
      // It is told when it is asked for, or nobody wants it any more.
      next.catch(() => undefined);
      yield step.value;
    }
  } finally {
    await iterator.return?.();
  }
}
