import { randomBytes } from 'node:crypto';
import { readdirSync, readlinkSync } from 'node:fs';
import { gzipSync, zstdCompressSync } from 'node:zlib';

import { expect, test } from 'vitest';

import { digestOf, openStores, tarOf } from './testing/layer-fixtures.ts';

/** Files beneath a directory that this process has open, those that are removed too. */
function openBeneath(dir: string): readonly string[] {
  return readdirSync('/proc/self/fd')
    .map(linkOf)
    .filter((path) => path.startsWith(dir));
}

/** What the list itself was read from is closed by then. */
function linkOf(descriptor: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`, 'utf8');
  } catch {
    return '';
  }
}

test('a thread outlives layers that are refused or given up, and has nothing of them open', async () => {
  await using stores = await openStores();
  await stores.add({ name: 'first', body: 'x' });
  let begun = 0;
  const count = (): void => void (begun += 1);
  process.on('worker', count);
  const body = randomBytes(2 * 1024 * 1024).toString('hex');
  const tar = await tarOf({ name: 'a', body }, { name: 'b', body }, { name: 'c', body }, { name: 'd', body });
  for (const whole of [gzipSync(tar, { level: 1 }), zstdCompressSync(tar), tar]) {
    const cut = await stores.ingest(whole.subarray(0, whole.length / 2));
    await expect(stores.layers.apply(digestOf(tar), cut)).rejects.toMatchObject({ code: 'corrupt' });
    expect(openBeneath(stores.dir)).toEqual([]);
    const left = new AbortController();
    const blob = await stores.ingest(whole);
    const leaving = stores.layers.apply(digestOf(tar), blob, () => left.abort(), left.signal);
    await expect(leaving).rejects.toMatchObject({ code: 'cancelled' });
    expect(openBeneath(stores.dir)).toEqual([]);
  }
  expect((await stores.layers.apply(digestOf(tar), await stores.ingest(tar))).entryCount).toBe(4);
  process.off('worker', count);
  expect(begun).toBe(0);
});
