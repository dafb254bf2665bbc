/**
 * Does it for each, one after another; one that fails keeps none of the others from their turn.
 * @throws the first failure, once all had theirs.
 */
export async function eachInTurn<T>(items: Iterable<T>, act: (item: T) => Promise<void>): Promise<void> {
  const failures: unknown[] = [];
  for (const item of items) {
    try {
      await act(item);
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}
