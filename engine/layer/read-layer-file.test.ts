import { expect, test } from 'vitest';

import { pathText } from '#engine/archive/path-text.ts';
import type { Digest } from '#engine/contract/digest.ts';

import { listDirectory } from './layer-tree.ts';
import { layerFileChunks, previewFile, readLayerFile } from './read-layer-file.ts';
import { digestOf, openStores, tarOf, type Stores, type TarItem } from './testing/layer-fixtures.ts';

const long = 'á line of text\n'.repeat(60_000);
const binary = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)).toString('latin1');

const first: TarItem[] = [
  { name: 'etc', type: 'directory', mode: 0o755 },
  { name: 'etc/motd', body: 'héllo\n' },
  { name: 'etc/empty', body: '' },
  { name: 'etc/long', body: long },
  { name: 'etc/binary', body: `${binary}\0` },
  { name: 'etc/latin', body: 'plain \u0001 text' },
  { name: 'etc/hard', type: 'link', linkname: 'etc/motd' },
  { name: 'link', type: 'symlink', linkname: '/etc/motd' },
  { name: 'outside', type: 'symlink', linkname: '../../../../../etc/passwd' },
];
const second: TarItem[] = [{ name: 'etc/motd', body: 'changed\n' }, { name: 'etc/.wh.empty' }];

async function stack(stores: Stores): Promise<readonly Digest[]> {
  return [await stores.add(...first), await stores.add(...second)];
}

test('a file is what the stack has up to a layer', async () => {
  await using stores = await openStores();
  const diffIds = await stack(stores);
  const { layers } = stores;
  expect(await previewFile(layers, diffIds, 0, '/etc/motd')).toEqual({
    kind: 'text',
    text: 'héllo\n',
    size: 7,
    isTruncated: false,
    layer: 0,
  });
  expect(await previewFile(layers, diffIds, 1, '/etc/motd')).toMatchObject({ text: 'changed\n', layer: 1 });
  expect(await previewFile(layers, diffIds, 1, '/etc/hard')).toMatchObject({ text: 'héllo\n', layer: 0 });
  expect(await previewFile(layers, diffIds, 0, '/etc/empty')).toMatchObject({ kind: 'empty', size: 0 });
  await expect(previewFile(layers, diffIds, 1, '/etc/empty')).rejects.toMatchObject({ code: 'not-found' });
});

test('what is no text is shown as bytes, and what is long is cut between characters', async () => {
  await using stores = await openStores();
  const diffIds = await stack(stores);
  const cut = await previewFile(stores.layers, diffIds, 0, '/etc/long');
  expect(cut).toMatchObject({ kind: 'text', isTruncated: true, size: Buffer.byteLength(long) });
  expect(long.startsWith(cut.text)).toBe(true);
  expect(Buffer.byteLength(cut.text)).toBeGreaterThan(512 * 1024 - 4);
  const dump = await previewFile(stores.layers, diffIds, 0, '/etc/binary');
  expect(dump).toMatchObject({ kind: 'binary', isTruncated: false });
  expect(dump.text.split('\n')[2]).toBe(
    '00000020  20 21 22 23 24 25 26 27  28 29 2a 2b 2c 2d 2e 2f  | !"#$%&\'()*+,-./|',
  );
  expect(await previewFile(stores.layers, diffIds, 0, '/etc/latin')).toMatchObject({ kind: 'text' });
});

test('a link is shown as what it says, and read as what it leads to within the image', async () => {
  await using stores = await openStores();
  const diffIds = await stack(stores);
  const { layers } = stores;
  expect(await previewFile(layers, diffIds, 0, '/link')).toMatchObject({ kind: 'symlink', text: '/etc/motd' });
  expect(Buffer.from(await readLayerFile(layers, diffIds, 1, '/link')).toString()).toBe('changed\n');
  await expect(readLayerFile(layers, diffIds, 0, '/outside')).rejects.toMatchObject({ code: 'not-found' });
});

test('what is no file is refused by its kind', async () => {
  await using stores = await openStores();
  const diffIds = await stack(stores);
  const { layers } = stores;
  for (const read of [readLayerFile, previewFile]) {
    const reading = read(layers, diffIds, 0, '/etc');
    await expect(reading).rejects.toMatchObject({ code: 'invalid-argument' });
    await expect(reading).rejects.toThrow('/etc is a directory');
  }
  expect(await readLayerFile(layers, diffIds, 0, '/etc/long')).toHaveLength(Buffer.byteLength(long));
  await expect(readLayerFile(layers, diffIds, 0, '/etc/none')).rejects.toThrow('There is no /etc/none');
});

test('a name that is not UTF-8 is listed, found and read', async () => {
  await using stores = await openStores();
  const odd = Buffer.from([0x63, 0x61, 0x66, 0xe9, 0xff]);
  const tar = await tarOf({ name: 'dir', type: 'directory', mode: 0o755 }, { name: 'dir/12345', body: 'found' });
  const at = tar.indexOf('dir/12345');
  odd.copy(tar, at + 'dir/'.length);
  const header = tar.subarray(512, 1024);
  header.fill(' ', 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  const { diffId } = await stores.layers.apply(digestOf(tar), await stores.ingest(tar));
  const indexes = [await stores.layers.index(diffId)];
  const request = { from: 0, to: 0, path: '/dir', offset: 0, limit: 10, changedOnly: false };
  const [row] = listDirectory(indexes, request).rows;
  expect(row?.path).toBe(`/dir/${pathText(odd)}`);
  expect(await previewFile(stores.layers, [diffId], 0, row?.path ?? '')).toMatchObject({ kind: 'text', text: 'found' });
});

test('a part of a file is as much of it as there is', async () => {
  await using stores = await openStores();
  const diffIds = await stack(stores);
  const part = async (offset: number, length: number): Promise<string> => {
    const wanted = { to: 1, path: '/link', part: { offset, length } };
    return Buffer.concat(await Array.fromAsync(layerFileChunks(stores.layers, diffIds, wanted))).toString();
  };
  expect(await part(2, 3)).toBe('ang');
  expect(await part(6, 100)).toBe('d\n');
  expect(await part(100, 4)).toBe('');
});
