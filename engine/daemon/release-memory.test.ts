import { expect, test } from 'vitest';

import { releaseMemoryWhenQuiet } from './release-memory.ts';

/** As much as an engine that has listed a thousand containers a few times. */
function work(): number {
  let kept: object[] = [];
  for (let count = 0; count < 300_000; count += 1) kept.push({ count, words: [String(count)] });
  const { length } = kept;
  kept = [];
  return length;
}

test('memory that work has left behind goes back to the machine once it is quiet, and again after the next work', async () => {
  using _released = releaseMemoryWhenQuiet(20);
  for (const _round of [1, 2]) {
    expect(work()).toBe(300_000);
    const busy = process.memoryUsage.rss();
    await expect.poll(() => process.memoryUsage.rss(), { timeout: 20_000, interval: 10 }).toBeLessThan(busy - 2 ** 23);
  }
});
