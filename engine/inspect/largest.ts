/** The items with the most bytes, first the most; never more than twice as many are held as are wanted. */
export function largest<T>(items: Iterable<T>, count: number, bytesOf: (item: T) => number): T[] {
  let kept: T[] = [];
  let least = 0;
  const sorted = (): T[] => kept.toSorted((a, b) => bytesOf(b) - bytesOf(a)).slice(0, count);
  for (const item of items) {
    if (bytesOf(item) <= least) continue;
    kept.push(item);
    if (kept.length < 2 * count) continue;
    kept = sorted();
    const last = kept.at(-1);
    least = last === undefined ? 0 : bytesOf(last);
  }
  return sorted();
}
