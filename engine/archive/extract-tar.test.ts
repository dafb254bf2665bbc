import { lstat, mkdir, readFile, readlink, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { beforeEach, afterEach, describe, expect, test } from 'vitest';

import { tarOf, type TarItem } from '#engine/testing/tar-fixture.ts';
import { temporaryDirectory, type TemporaryDirectory } from '#engine/testing/temporary-directory.ts';

import { extractTar, type ExtractOptions } from './extract-tar.ts';
import { HeldDirectory } from './held-directory.ts';
import { resolveBeneath } from './resolve-beneath.ts';

let dir: TemporaryDirectory;
let root = '';
beforeEach(async () => {
  dir = await temporaryDirectory('extract');
  root = join(dir.path, 'root');
  await mkdir(join(root, 'in/deep'), { recursive: true });
  await writeFile(join(dir.path, 'secret'), 'of the host');
});
afterEach(() => dir[Symbol.asyncDispose]());

async function extract(
  items: readonly TarItem[],
  options: Partial<ExtractOptions> & { into?: string } = {},
): Promise<void> {
  await using held = await HeldDirectory.open(root);
  const { into = '/in', ...rest } = options;
  const tar = await tarOf(...items);
  await extractTar(held, into, { keepKinds: false, lenientOwners: false, ...rest, source: inOne(tar) });
}

async function* inOne(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function resolve(path: string, followLast = true): Promise<string> {
  await using held = await HeldDirectory.open(root);
  await using place = await resolveBeneath(held, path, { followLast });
  return place.path;
}

describe('a path in a tree', () => {
  test('leads where a process would get whose root the tree is', async () => {
    await symlink('/in/deep', join(root, 'absolute'));
    await symlink('../../../../in', join(root, 'in/deep/up'));
    await symlink('deep', join(root, 'in/last'));
    expect(await resolve('/absolute/up/last')).toBe('/in/deep');
    expect(await resolve('/in/last', false)).toBe('/in/last');
    expect(await resolve('/in/last/', false)).toBe('/in/deep');
    expect(await resolve('/in/last/.', false)).toBe('/in/deep');
    expect(await resolve('/../../in/../..')).toBe('/');
    expect(await resolve('/in/new')).toBe('/in/new');
  });

  test('never leads out of it', async () => {
    await symlink(join(dir.path, 'secret'), join(root, 'in/out'));
    await symlink('../../secret', join(root, 'in/climb'));
    await expect(resolve('/in/out')).rejects.toMatchObject({ code: 'not-found' });
    expect(await resolve('/in/climb')).toBe('/secret');
    await symlink('loop', join(root, 'loop'));
    await expect(resolve('/loop')).rejects.toThrow('leads through too many links');
    await writeFile(join(root, 'file'), '');
    await expect(resolve('/file/x')).rejects.toThrow('is not a directory');
    await expect(resolve('/file/')).rejects.toThrow('is not a directory');
    await expect(resolve('/in/none/x')).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('an archive that is put into a tree', () => {
  test('has its files, directories and links there, with their modes and times', async () => {
    await extract([
      { name: 'sub', type: 'directory', mode: 0o750 },
      { name: 'sub/file', body: 'bytes', mode: 0o4755 },
      { name: 'sub/again', type: 'link', linkname: 'sub/file' },
      { name: 'sub/to', type: 'symlink', linkname: '/nowhere' },
      { name: 'made/on/the/way', body: 'x' },
    ]);
    const sub = join(root, 'in/sub');
    expect(await readFile(join(sub, 'again'), 'utf8')).toBe('bytes');
    expect(await readlink(join(sub, 'to'))).toBe('/nowhere');
    expect((await lstat(join(sub, 'file'))).mode & 0o7777).toBe(0o4755);
    expect((await lstat(sub)).mode & 0o7777).toBe(0o750);
    for (const name of ['.', 'file', 'to']) expect((await lstat(join(sub, name))).mtimeMs).toBe(1_700_000_000_000);
    expect(await readFile(join(root, 'in/made/on/the/way'), 'utf8')).toBe('x');
  });

  test('replaces what is there, and merges directories', async () => {
    await writeFile(join(root, 'in/deep/kept'), 'kept');
    await mkdir(join(root, 'in/tree/below'), { recursive: true });
    await extract([
      { name: 'deep', type: 'directory' },
      { name: 'deep/new', body: 'new' },
      { name: 'tree', body: 'a file now' },
    ]);
    expect(await readFile(join(root, 'in/deep/kept'), 'utf8')).toBe('kept');
    expect(await readFile(join(root, 'in/tree'), 'utf8')).toBe('a file now');
  });

  test('changes no kinds where it is told not to', async () => {
    await writeFile(join(root, 'in/file'), '');
    const refused = /cannot overwrite (directory "deep" with non-directory|non-directory "file" with directory)/;
    await expect(extract([{ name: 'deep', body: '' }], { keepKinds: true })).rejects.toThrow(refused);
    await expect(extract([{ name: 'file', type: 'directory' }], { keepKinds: true })).rejects.toThrow(refused);
  });

  test('leads nobody out: neither by what is there nor by what it brings', async () => {
    await symlink(dir.path, join(root, 'in/out'));
    await extract([
      { name: 'link', type: 'symlink', linkname: dir.path },
      { name: 'link/secret', body: 'overwritten' },
      { name: 'out/secret', body: 'overwritten' },
    ]);
    expect(await readFile(join(dir.path, 'secret'), 'utf8')).toBe('of the host');
    expect(await readFile(join(root, dir.path, 'secret'), 'utf8')).toBe('overwritten');
    await expect(extract([{ name: '../../secret', body: '' }])).rejects.toMatchObject({ code: 'corrupt' });
    await expect(extract([{ name: 'hard', type: 'link', linkname: '../../secret' }])).rejects.toMatchObject({
      code: 'corrupt',
    });
    await symlink(join(dir.path, 'secret'), join(root, 'in/file'));
    await extract([{ name: 'file', body: 'its own' }]);
    expect(await readFile(join(dir.path, 'secret'), 'utf8')).toBe('of the host');
    expect(await readFile(join(root, 'in/file'), 'utf8')).toBe('its own');
  });

  test('says of devices and fifos that they are left out', async () => {
    await expect(extract([{ name: 'pipe', type: 'fifo' }])).rejects.toMatchObject({ code: 'unsupported' });
  });
});
