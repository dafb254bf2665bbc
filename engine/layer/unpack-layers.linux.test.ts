import { lstat, mkdir, readFile, readlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';

import { expect, test } from 'vitest';

import { digestOf, openStores, tarOf, TIME, type TarItem } from './testing/layer-fixtures.ts';

const own = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };

const items: TarItem[] = [
  { name: './', type: 'directory', mode: 0o755, ...own },
  { name: 'usr', type: 'directory', mode: 0o750, time: TIME + 1, ...own },
  { name: 'usr/program', mode: 0o4755, body: 'program', ...own },
  { name: 'usr/other', type: 'link', linkname: 'usr/program' },
  { name: 'bin', type: 'symlink', linkname: 'usr', time: TIME + 2, ...own },
  { name: 'deep/er/file', mode: 0o444, body: '', ...own },
];

test.each([
  ['plain', (tar: Buffer) => tar],
  ['gzip', (tar: Buffer) => gzipSync(tar)],
  ['zstd', (tar: Buffer) => zstdCompressSync(tar)],
])('a %s layer is unpacked with its modes, times and links, and indexed', async (_, compress) => {
  await using stores = await openStores();
  const tar = await tarOf(...items);
  const progress: number[] = [];
  const blob = await stores.ingest(compress(tar));
  const record = await stores.layers.apply(digestOf(tar), blob, (current) => progress.push(current));
  expect(record).toMatchObject({ diffId: digestOf(tar), blobDigest: blob.digest, size: 7, entryCount: 6 });
  expect(progress.at(-1)).toBe(blob.size);

  const tree = await stores.layers.unpacked(record.diffId);
  const program = await lstat(join(tree, 'usr/program'));
  expect([program.mode & 0o7777, program.mtimeMs, program.nlink]).toEqual([0o4755, TIME * 1000, 2]);
  const usr = await lstat(join(tree, 'usr'));
  expect([usr.mode & 0o7777, usr.mtimeMs]).toEqual([0o750, (TIME + 1) * 1000]);
  expect(await readlink(join(tree, 'bin'))).toBe('usr');
  expect((await lstat(join(tree, 'bin'))).mtimeMs).toBe((TIME + 2) * 1000);

  const index = await stores.layers.index(record.diffId);
  const at = (path: string): number => index.find(path) ?? -1;
  expect(index.record).toEqual(record);
  expect(index.contentDigest(at('/usr/program'))).toBe(digestOf(Buffer.from('program')));
  expect(index.contentDigest(at('/deep/er/file'))).toBe(digestOf(Buffer.from('')));
  expect([index.type(at('/usr/other')), index.linkTarget(at('/usr/other'))]).toEqual(['hardlink', '/usr/program']);
  expect([index.isImplied(at('/deep')), index.isImplied(at('/usr'))]).toEqual([true, false]);
  const offset = index.tarOffset(at('/usr/program')) ?? 0;
  expect(tar.toString('utf8', offset, offset + 7)).toBe('program');
});

test('a record and an index are read again by another store', async () => {
  await using stores = await openStores();
  const diffId = await stores.add(...items);
  const { FileLayerStore } = await import('./file-layer-store.ts');
  const again = new FileLayerStore({ dir: join(stores.dir, 'layers'), blobs: stores.blobs, launcherPath: '' });
  expect(await again.get(diffId)).toEqual(await stores.layers.get(diffId));
  const [index, same] = await Promise.all([again.index(diffId), again.index(diffId)]);
  expect(index.count).toBe((await stores.layers.index(diffId)).count);
  // Two who ask at once have it read once.
  expect(same).toBe(index);
  expect(await again.list()).toEqual([diffId]);
  expect(await again.get(digestOf(Buffer.from('none')))).toBeUndefined();
  await expect(again.index(digestOf(Buffer.from('none')))).rejects.toMatchObject({ code: 'not-found' });
});

test('later entries replace earlier ones, whatever they were', async () => {
  await using stores = await openStores();
  const diffId = await stores.add(
    { name: 'x', body: 'file' },
    { name: 'x', type: 'directory', mode: 0o755 },
    { name: 'x/inside', body: 'inside' },
    { name: 'hard', type: 'link', linkname: 'x/inside' },
    { name: 'x', body: 'file again' },
    { name: 'y', type: 'symlink', linkname: '/nowhere' },
    { name: 'y', body: 'no link any more' },
    { name: 'y', body: 'third' },
  );
  const tree = await stores.layers.unpacked(diffId);
  expect(await readFile(join(tree, 'x'), 'utf8')).toBe('file again');
  expect(await readFile(join(tree, 'hard'), 'utf8')).toBe('inside');
  expect(await readFile(join(tree, 'y'), 'utf8')).toBe('third');
  const index = await stores.layers.index(diffId);
  expect(index.type(index.find('/hard') ?? -1)).toBe('file');
  expect((await stores.layers.get(diffId))?.size).toBe('inside'.length + 'file again'.length + 'third'.length);
});

test('a link to a directory of the same layer is followed within it', async () => {
  await using stores = await openStores();
  const diffId = await stores.add(
    { name: 'bin', type: 'symlink', linkname: 'usr/bin' },
    { name: 'bin/sh', body: 'shell' },
    { name: 'usr/lib', type: 'symlink', linkname: '../lib64/./real' },
    { name: 'usr/lib/libc.so', body: 'libc' },
  );
  const tree = await stores.layers.unpacked(diffId);
  expect(await readFile(join(tree, 'usr/bin/sh'), 'utf8')).toBe('shell');
  expect(await readFile(join(tree, 'lib64/real/libc.so'), 'utf8')).toBe('libc');
  expect(await readlink(join(tree, 'bin'))).toBe('usr/bin');
});

const hostile: [string, TarItem[], string][] = [
  ['a climbing name', [{ name: '../evil', body: 'x' }], '../evil'],
  ['a name that climbs later', [{ name: 'a/../../evil', body: 'x' }], 'a/../../evil'],
  ['an absolute name', [{ name: '/etc/evil', body: 'x' }], '/etc/evil'],
  ['a file through an absolute link', [link('a', '/etc'), { name: 'a/evil', body: 'x' }], 'a/evil'],
  ['a file through a climbing link', [link('a', '../../etc'), { name: 'a/evil', body: 'x' }], 'a/evil'],
  ['a file through two links', [link('a', '.'), link('b', 'a/..'), { name: 'b/evil', body: 'x' }], 'b/evil'],
  ['a file through a loop of links', [link('a', 'b'), link('b', 'a'), { name: 'a/evil', body: 'x' }], 'a/evil'],
  ['a directory through a link', [link('a', '/tmp'), { name: 'a/evil/', type: 'directory' }], 'a/evil'],
  ['a whiteout through a link', [link('a', '/etc'), { name: 'a/.wh.passwd' }], 'a/.wh.passwd'],
  ['an opaque directory through a link', [link('a', '/etc'), { name: 'a/.wh..wh..opq' }], 'a/.wh..wh..opq'],
  ['a whiteout of the directory above', [{ name: 'a/.wh...' }], 'a/.wh...'],
  ['a whiteout of nothing', [{ name: '.wh.' }], '.wh.'],
  ['a climbing hard link', [{ name: 'evil', type: 'link', linkname: '../../etc/passwd' }], 'evil'],
  ['an absolute hard link', [{ name: 'evil', type: 'link', linkname: '/etc/passwd' }], 'evil'],
  ['a hard link through a link', [link('a', '/etc'), { name: 'evil', type: 'link', linkname: 'a/passwd' }], 'evil'],
  ['a hard link to nothing', [{ name: 'evil', type: 'link', linkname: 'usr/none' }], 'evil'],
  ['a hard link to a directory', [{ name: 'd/f' }, { name: 'evil', type: 'link', linkname: 'd' }], 'evil'],
  ['a hard link over its own target', [{ name: 'd/f' }, { name: 'd', type: 'link', linkname: 'd/f' }], '"d"'],
  [
    'a file in a file',
    [
      { name: 'a', body: 'x' },
      { name: 'a/evil', body: 'x' },
    ],
    'a/evil',
  ],
  ['a name longer than a disk takes', [{ name: 'n'.repeat(256), body: 'x' }], 'nnn'],
  ['a path longer than Linux takes', [{ name: 'd/'.repeat(2500), type: 'directory' }], 'd/d'],
  ['a file for a root', [{ name: './.', body: 'x' }], 'root'],
  ['a device with an impossible number', [{ name: 'dev', type: 'block-device', devmajor: 70_000, devminor: 1 }], 'dev'],
];

function link(name: string, linkname: string): TarItem {
  return { name, type: 'symlink', linkname };
}

test.each(hostile)('%s is corrupt, named, and leaves nothing', async (_, bad, name) => {
  await using stores = await openStores();
  const tar = await tarOf({ name: 'good', body: 'good' }, ...bad);
  const applying = stores.layers.apply(digestOf(tar), await stores.ingest(gzipSync(tar)));
  await expect(applying).rejects.toMatchObject({ code: 'corrupt' });
  await expect(applying).rejects.toThrow(name);
  await expect(applying).rejects.toThrow(digestOf(tar));
  expect(await stores.leftovers()).toEqual([]);
  expect(await stores.layers.get(digestOf(tar))).toBeUndefined();
});

test.each([
  ['a cut tar', (tar: Buffer) => gzipSync(tar.subarray(0, 700))],
  ['a cut stream', (tar: Buffer) => gzipSync(tar).subarray(0, -9)],
  ['a stream with something after it', (tar: Buffer) => Buffer.concat([gzipSync(tar), Buffer.from('more')])],
  ['a tar with something after it', (tar: Buffer) => gzipSync(Buffer.concat([tar, Buffer.from('more')]))],
  ['another tar than promised', (tar: Buffer) => gzipSync(tar.subarray(0, tar.length - 512))],
  ['no tar', () => Buffer.from('{"not": "a tar"}'.repeat(100))],
])('%s is corrupt, and leaves nothing', async (_, spoil) => {
  await using stores = await openStores();
  const tar = await tarOf({ name: 'file', body: 'x'.repeat(1000) });
  const applying = stores.layers.apply(digestOf(tar), await stores.ingest(spoil(tar)));
  await expect(applying).rejects.toMatchObject({ code: 'corrupt' });
  expect(await stores.leftovers()).toEqual([]);
});

test('a blob that was damaged on disk is corrupt', async () => {
  await using stores = await openStores();
  const tar = await tarOf({ name: 'file', body: 'x' });
  const blob = await stores.ingest(tar);
  await writeFile(stores.blobs.pathOf(blob.digest), await tarOf({ name: 'file', body: 'y' }));
  await expect(stores.layers.apply(digestOf(tar), blob)).rejects.toMatchObject({ code: 'corrupt' });
  await stores.blobs.remove(blob.digest);
  await expect(stores.layers.apply(digestOf(tar), blob)).rejects.toMatchObject({ code: 'not-found' });
  expect(await stores.leftovers()).toEqual([]);
});

test('a layer that two want at once is unpacked once, and both are told of progress', async () => {
  await using stores = await openStores();
  const tar = await tarOf(...items);
  const blob = await stores.ingest(gzipSync(tar));
  const heard = [0, 0];
  const records = await Promise.all(
    heard.map((_, place) => stores.layers.apply(digestOf(tar), blob, (current) => (heard[place] = current))),
  );
  expect(records[0]).toBe(records[1]);
  expect(heard).toEqual([blob.size, blob.size]);
});

test('whoever cancels is let go; the layer is given up only when nobody else wants it', async () => {
  await using stores = await openStores();
  const tar = await tarOf(...Array.from({ length: 300 }, (_, place) => ({ name: `file-${place}`, body: 'x' })));
  const blob = await stores.ingest(gzipSync(tar));
  const abort = new AbortController();
  const one = stores.layers.apply(digestOf(tar), blob, () => abort.abort(), abort.signal);
  const other = stores.layers.apply(digestOf(tar), blob);
  await expect(one).rejects.toMatchObject({ code: 'cancelled' });
  expect((await other).diffId).toBe(digestOf(tar));

  const second = await tarOf({ name: 'second' });
  const alone = new AbortController();
  const cancelled = stores.layers.apply(digestOf(second), await stores.ingest(second), undefined, alone.signal);
  alone.abort();
  await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' });
  expect(await stores.leftovers()).toHaveLength(1);
});

test('sweeping takes what is half done and leaves what is whole', async () => {
  await using stores = await openStores();
  const diffId = await stores.add({ name: 'file', body: 'x' });
  await mkdir(join(stores.dir, 'layers', `${'a'.repeat(64)}.half`, 'tree'), { recursive: true });
  await stores.layers.sweep();
  expect(await stores.leftovers()).toHaveLength(1);
  expect(await stores.layers.list()).toEqual([diffId]);
});

test('removing takes tree, record and index, and may be asked twice', async () => {
  await using stores = await openStores();
  const diffId = await stores.add({ name: 'file', body: 'x' });
  await stores.layers.index(diffId);
  await stores.layers.remove(diffId);
  await stores.layers.remove(diffId);
  expect(await stores.leftovers()).toEqual([]);
  expect(await stores.layers.get(diffId)).toBeUndefined();
  await expect(stores.layers.index(diffId)).rejects.toMatchObject({ code: 'not-found' });
});

test('a layer whose index was damaged is unpacked anew', async () => {
  await using stores = await openStores();
  const diffId = await stores.add({ name: 'file', body: 'x' });
  await writeFile(join(await stores.layers.unpacked(diffId), '../index'), 'damaged');
  const { FileLayerStore } = await import('./file-layer-store.ts');
  const again = new FileLayerStore({ dir: join(stores.dir, 'layers'), blobs: stores.blobs, launcherPath: '' });
  await expect(again.get(diffId)).rejects.toMatchObject({ code: 'corrupt' });
  const tar = await tarOf({ name: 'file', body: 'x' });
  await again.apply(diffId, await stores.ingest(gzipSync(tar)));
  expect((await again.index(diffId)).find('/file')).toBeDefined();
});
