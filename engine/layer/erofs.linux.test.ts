import { randomBytes } from 'node:crypto';
import { lstat, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { expect, test } from 'vitest';

import { digestHex, type Digest } from '#engine/contract/digest.ts';
import { describeWith } from '#engine/testing/requires.ts';
import { onDisk } from '#engine/testing/temporary-directory.ts';

import { FileLayerStore } from './file-layer-store.ts';
import { layerPaths } from './layer-paths.ts';
import { digestOf, launcherPath, openStores, tarOf, TIME, type TarItem } from './testing/layer-fixtures.ts';
import { runInLayers, tell } from './testing/layer-view.ts';

const capability = Buffer.from('0100000200200000000000000000000000000000', 'hex').toString('latin1');
const directory = (name: string, more: Partial<TarItem> = {}): TarItem => ({
  name,
  type: 'directory',
  mode: 0o755,
  ...more,
});

/** Things that are stored in ways of their own. */
const odd: TarItem[] = [
  directory('./', { mode: 0o751, uid: 3, gid: 4 }),
  directory('dev'),
  { name: 'dev/null', type: 'character-device', devmajor: 1, devminor: 3, mode: 0o666 },
  { name: 'dev/far', type: 'block-device', devmajor: 259, devminor: 70_000, mode: 0o660, gid: 6 },
  { name: 'pipe', type: 'fifo', mode: 0o600, time: TIME + 5 },
  { name: 'ping', body: 'x', mode: 0o755, pax: { 'SCHILY.xattr.security.capability': capability } },
  { name: 'noted', body: 'x', mode: 0o6750, uid: 70_000, gid: 4_000_000_000, pax: { 'SCHILY.xattr.user.note': 'hi' } },
  { name: 'many', body: 'x', pax: Object.fromEntries(numbered(30, (n) => [`SCHILY.xattr.user.n${n}`, 'v'.repeat(n)])) },
  { name: 'exact', body: 'x', pax: { mtime: '1700000000.123456789' } },
  { name: 'old', body: 'x', pax: { mtime: '-1.25' } },
  { name: 'empty', body: '' },
  { name: 'block', body: 'b'.repeat(512) },
  { name: 'more', body: 'm'.repeat(513) },
  { name: 'big', body: 'big'.repeat(700_000) },
  { name: 'hard', type: 'link', linkname: 'big' },
  { name: 'short', type: 'symlink', linkname: 'big', uid: 12, gid: 13 },
  { name: 'hard-link', type: 'link', linkname: 'short' },
  { name: 'long', type: 'symlink', linkname: `${'../'.repeat(160)}x` },
  { name: 'longer', type: 'symlink', linkname: 'y/'.repeat(2000) },
  { name: 'n'.repeat(255), body: 'name' },
  { name: `${'deep/'.repeat(60)}er`, body: 'deep' },
  { name: 'n\u00e4me', body: 'umlaut' },
  directory('full'),
  ...numbered(700, (n) => ({ name: `full/${'f'.repeat(n % 90)}${n}`, body: `${n}` })),
  directory('sticky', { mode: 0o1777 }),
];

function numbered<T>(count: number, make: (n: number) => T): T[] {
  return Array.from({ length: count }, (_, n) => make(n));
}

/** Whiteouts and opaque directories over others. */
const overlaid: TarItem[][] = [
  [directory('etc'), { name: 'etc/gone', body: 'x' }, directory('old'), { name: 'old/hidden', body: 'x' }],
  [{ name: 'etc/.wh.gone' }, directory('old'), { name: 'old/.wh..wh..opq' }, { name: 'old/new', body: 'x' }],
  [{ name: 'old/third', body: 'x' }, { name: '.wh.etc' }, directory('etc'), { name: 'etc/again', body: 'y' }],
];

describeWith(['root', 'launcher', 'erofs'], 'a layer that is kept as a tar', () => {
  test.each([
    ['odd things', [odd]],
    ['nothing', [[]]],
    ['whiteouts and opaque directories over others', overlaid],
    [
      'names that come again',
      [[{ name: 'x', body: 'file' }, directory('x'), { name: 'x/in', body: 'i' }, { name: 'x' }]],
    ],
  ] as [string, TarItem[][]][])('shows what one that is unpacked shows: %s', async (_, stacked) => {
    await using trees = await openStores('tree');
    await using tars = await openStores('tar', onDisk);
    const unpacked = [];
    const kept = [];
    for (const items of stacked) {
      unpacked.push(await trees.add(...items));
      kept.push(await tars.add(...items));
    }
    const shown = await runInLayers(tars.layers, kept, tell);
    // Fractions of a second are exact only in the image.
    const rounded = (text: string): string => text.replaceAll(/(\.\d{5})\d+ /g, '$1 ');
    expect(rounded(shown)).toBe(rounded(await runInLayers(trees.layers, unpacked, tell)));
    expect(shown.split('\n').length).toBeGreaterThan(1);
  });

  test('stands in one stack with those that are unpacked, whatever the other is', async () => {
    await using trees = await openStores('tree');
    const alike: Digest[] = [];
    for (const items of overlaid) alike.push(await trees.add(...items));
    const expected = await runInLayers(trees.layers, alike, tell);
    for (const turn of [0, 1]) {
      await using tars = await openStores('tar', onDisk);
      const { dir, blobs, layers } = tars;
      // The same store, as an engine has it that can't mount tars, and so unpacks them.
      const unpacking = new FileLayerStore({ dir: join(dir, 'layers'), blobs, launcherPath, form: 'tree' });
      const stack: Digest[] = [];
      for (const [at, items] of overlaid.entries()) {
        const tar = await tarOf(...items);
        await (at % 2 === turn ? layers : unpacking).apply(digestOf(tar), await tars.ingest(tar));
        stack.push(digestOf(tar));
      }
      const forms = await Promise.all(stack.map(async (diffId) => (await layers.get(diffId))?.form));
      expect(forms).toEqual(turn === 0 ? ['tar', 'tree', 'tar'] : ['tree', 'tar', 'tree']);
      for (const one of [layers, unpacking]) expect(await runInLayers(one, stack, tell)).toBe(expected);
    }
  });

  test('has times to the nanosecond', async () => {
    await using stores = await openStores('tar', onDisk);
    const diffId = await stores.add(...odd);
    const times = await runInLayers(stores.layers, [diffId], 'stat -c %.9Y exact old');
    expect(times).toBe('1700000000.123456789\n-1.250000000\n');
  });

  test('is the tar itself, byte for byte, and one file with a blob that is the tar', async () => {
    await using stores = await openStores('tar', onDisk);
    const tar = await tarOf({ name: 'a', body: 'a' }, { name: 'b', body: randomBytes(3000).toString('hex') });
    const diffId = digestOf(tar);
    await stores.layers.apply(diffId, await stores.ingest(gzipSync(tar)));
    const place = await stores.layers.tarPlace(diffId);
    expect(place).toMatchObject({ offset: 0, size: tar.length });
    expect(await readFile(place?.path ?? '')).toEqual(tar);
    const plain = await tarOf({ name: 'c', body: 'c' });
    const blob = await stores.ingest(plain);
    await stores.layers.apply(blob.digest, blob);
    const { nlink } = await lstat(layerPaths(`${stores.dir}/layers/${digestHex(blob.digest)}`).tar);
    expect(nlink).toBe(2);
    expect(await runInLayers(stores.layers, [blob.digest, diffId], 'cat a c')).toBe('ac');
  });
});
