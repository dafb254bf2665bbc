/**
 * A source that works from now on, and not from when it is first read.
 *
 * @param isReady resolves once the source has done what others wait for; it need not have given anything yet.
 * @throws whatever the source throws before it is ready.
 */
export async function begun<Item>(source: AsyncGenerator<Item>, isReady: Promise<void>): Promise<AsyncGenerator<Item>> {
  const first = source.next();
  await Promise.race([isReady, first]);
  // Told to whoever reads it.
  first.catch(() => undefined);
  return goOn(first, source);
}

async function* goOn<Item>(
  first: Promise<IteratorResult<Item, unknown>>,
  rest: AsyncGenerator<Item>,
): AsyncGenerator<Item> {
  try {
    const result = await first;
    if (result.done === true) return;
    yield result.value;
    yield* rest;
  } finally {
    await rest.return(undefined);
  }
}
