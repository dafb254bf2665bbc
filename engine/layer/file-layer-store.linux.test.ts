import { execFile } from 'node:child_process';
import { statfsSync } from 'node:fs';
import { lstat, mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { expect, test } from 'vitest';

import { CopySnapshotter } from '#engine/snapshot/copy-snapshotter.ts';
import { onDisk, temporaryDirectory } from '#engine/testing/temporary-directory.ts';

import { listDirectory } from './layer-tree.ts';
import { openStores, TIME, type Stores, type TarItem } from './testing/layer-fixtures.ts';

const run = promisify(execFile);
const needsRoot = test.skipIf(process.getuid?.() !== 0);

/** In hex, as getfattr(1) has it: Node has no call for it. */
async function xattr(path: string, name: string): Promise<string> {
  const options = ['--no-dereference', '--absolute-names', '--encoding=hex', `--name=${name}`];
  const { stdout } = await run('getfattr', [...options, path]);
  return /=0x([0-9a-f]*)$/m.exec(stdout)?.[1] ?? '';
}

const dir = (name: string, more: Partial<TarItem> = {}): TarItem => ({ name, type: 'directory', mode: 0o755, ...more });

needsRoot('devices, pipes, owners and attributes are on disk as the layer has them (needs root)', async () => {
  await using stores = await openStores();
  // As setcap cap_net_raw+ep writes it.
  const capability = Buffer.from('0100000200200000000000000000000000000000', 'hex').toString('latin1');
  const diffId = await stores.add(
    dir('dev'),
    { name: 'dev/null', type: 'character-device', devmajor: 1, devminor: 3, mode: 0o666 },
    { name: 'dev/disk', type: 'block-device', devmajor: 8, devminor: 0, mode: 0o660, gid: 6 },
    { name: 'pipe', type: 'fifo', mode: 0o600, time: TIME + 5 },
    { name: 'ping', body: 'x', mode: 0o755, pax: { 'SCHILY.xattr.security.capability': capability } },
    { name: 'mine', body: 'x', mode: 0o4750, uid: 70_000, gid: 80_000, pax: { 'SCHILY.xattr.user.note': 'hi' } },
    { name: 'link', type: 'symlink', linkname: 'mine', uid: 12, gid: 13 },
    dir('closed', { mode: 0o100, uid: 5 }),
    { name: 'closed/in', body: 'inside' },
  );
  const tree = await stores.layers.unpacked(diffId);
  const at = (name: string): string => join(tree, name);
  const found = async (name: string): Promise<unknown> => {
    const { mode, rdev, uid, gid } = await lstat(at(name));
    return [mode.toString(8), rdev >> 8, rdev & 0xff, uid, gid];
  };
  expect(await found('dev/null')).toEqual(['20666', 1, 3, 0, 0]);
  expect(await found('dev/disk')).toEqual(['60660', 8, 0, 0, 6]);
  expect(await found('pipe')).toEqual(['10600', 0, 0, 0, 0]);
  expect((await lstat(at('pipe'))).mtimeMs).toBe((TIME + 5) * 1000);
  expect(await found('mine')).toEqual(['104750', 0, 0, 70_000, 80_000]);
  expect(await found('link')).toEqual(['120777', 0, 0, 12, 13]);
  expect(await found('closed')).toEqual(['40100', 0, 0, 5, 0]);
  expect(await readFile(at('closed/in'), 'utf8')).toBe('inside');
  expect(await xattr(at('mine'), 'user.note')).toBe(Buffer.from('hi').toString('hex'));
  const stored = await xattr(at('ping'), 'security.capability');
  expect(stored).toBe(Buffer.from(capability, 'latin1').toString('hex'));
});

/** The layers as the kernel shows them; a test's own mount, gone with it. */
async function mounted(stores: Stores, trees: readonly string[]): Promise<AsyncDisposable & { readonly path: string }> {
  const path = join(stores.dir, 'merged');
  await mkdir(path);
  await run('mount', ['-t', 'overlay', 'overlay', '-o', `ro,lowerdir=${trees.toReversed().join(':')}`, path]);
  return {
    path,
    [Symbol.asyncDispose]: async () => {
      await run('umount', [path]);
    },
  };
}

needsRoot('the kernel and a copy show of a stack what the file tree shows of it (needs root)', async () => {
  await using stores = await openStores();
  const stack = [
    await stores.add(
      dir('etc'),
      { name: 'etc/gone', body: 'x' },
      { name: 'etc/stays', body: 'x' },
      dir('old'),
      { name: 'old/hidden', body: 'x' },
      dir('taken'),
      { name: 'taken/file', body: 'x' },
      dir('kept'),
      { name: 'kept/file', body: 'x' },
      { name: 'file', body: 'x' },
    ),
    await stores.add(
      { name: 'etc/.wh.gone' },
      dir('old'),
      { name: 'old/.wh..wh..opq' },
      { name: 'old/new', body: 'x' },
      { name: '.wh.taken' },
      { name: 'kept/second', body: 'x' },
      { name: '.wh.file' },
      dir('file'),
      { name: 'file/in', body: 'x' },
    ),
    await stores.add(dir('taken'), { name: 'taken/again', body: 'x' }, { name: 'old/third', body: 'x' }),
  ];
  const indexes = await Promise.all(stack.map((diffId) => stores.layers.index(diffId)));
  const trees = await Promise.all(stack.map((diffId) => stores.layers.unpacked(diffId)));
  await using merged = await mounted(stores, trees);
  await using copies = await temporaryDirectory('copies');
  const copied = new CopySnapshotter(copies.path, stores.layers);
  await copied.prepare('c', stack);
  const request = { from: 0, to: 2, offset: 0, limit: 100, changedOnly: false };
  for (const path of ['/', '/etc', '/old', '/taken', '/kept', '/file']) {
    const names = listDirectory(indexes, { ...request, path }).rows.map(({ name }) => name);
    expect(names.toSorted()).toEqual((await readdir(join(merged.path, path))).toSorted());
    expect(names.toSorted()).toEqual((await readdir(join(copied.upperDir('c'), path))).toSorted());
  }
  expect(await readdir(join(merged.path, 'old'))).toEqual(expect.arrayContaining(['new', 'third']));
  expect(await readdir(join(merged.path, 'taken'))).toEqual(['again']);
});

/** As statfs(2) knows ext2 and its successors. */
const EXT4_MAGIC = 0xef53;

test.skipIf(statfsSync(onDisk).type !== EXT4_MAGIC)(
  'trees are kept apart from what was just removed (needs ext4)',
  async () => {
    await using stores = await openStores('tree', onDisk);
    await stores.add({ name: 'file', body: 'x' });
    const { stdout } = await run('lsattr', ['-d', join(stores.dir, 'layers')]);
    expect(stdout.split(' ')[0]).toContain('T');
  },
);
