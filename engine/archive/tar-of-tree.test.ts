import { execFile } from 'node:child_process';
import { chmod, link, mkdir, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { expect, test } from 'vitest';

import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';

import { encodeTarHeader, TAR_END, tarPadding } from './encode-tar.ts';
import { HeldDirectory } from './held-directory.ts';
import { readTar } from './read-tar.ts';
import type { TarEntry } from './tar-entry.ts';
import { TreeTar } from './tar-of-tree.ts';

const run = promisify(execFile);

async function read(tar: Buffer): Promise<{ entries: TarEntry[]; bytes: Map<string, string> }> {
  const entries: TarEntry[] = [];
  const bytes = new Map<string, string>();
  for await (const part of readTar(pieces(tar))) {
    if (part.kind === 'entry') entries.push(part.entry);
    const name = entries.at(-1)?.name ?? '';
    if (part.kind === 'data') bytes.set(name, (bytes.get(name) ?? '') + Buffer.from(part.bytes).toString());
  }
  return { entries, bytes };
}

async function* pieces(tar: Buffer): AsyncGenerator<Uint8Array> {
  yield tar;
}

async function tarOfDirectory(path: string): Promise<Buffer> {
  await using directory = await HeldDirectory.open(path);
  const chunks: Buffer[] = [];
  for await (const chunk of new TreeTar().children(directory, '')) chunks.push(chunk);
  return Buffer.concat([...chunks, TAR_END]);
}

const LONG = `${'long-'.repeat(30)}name`;

test('a tree goes through a tar unchanged, as tar(1) too finds it', async () => {
  await using dir = await temporaryDirectory('tar');
  const tree = join(dir.path, 'tree');
  await mkdir(join(tree, 'sub', LONG), { recursive: true });
  await writeFile(join(tree, 'sub', LONG, 'deep'), 'deep down');
  await writeFile(join(tree, 'a'), 'first');
  await link(join(tree, 'a'), join(tree, 'b'));
  await symlink(`/${LONG}`, join(tree, 'to'));
  await run('mkfifo', [join(tree, 'pipe')]);
  await chmod(join(tree, 'a'), 0o4711);
  await utimes(join(tree, 'a'), 1_600_000_000, 1_600_000_000);
  const tar = await tarOfDirectory(tree);

  const { entries, bytes } = await read(tar);
  expect(entries.map(({ name, type }) => [name, type])).toEqual([
    ['a', 'file'],
    ['b', 'hardlink'],
    ['pipe', 'fifo'],
    ['sub/', 'directory'],
    [`sub/${LONG}/`, 'directory'],
    [`sub/${LONG}/deep`, 'file'],
    ['to', 'symlink'],
  ]);
  expect(entries[0]).toMatchObject({ mode: 0o4711, mtime: 1_600_000_000, size: 5 });
  expect(entries[1]?.linkName).toBe('a');
  expect(entries.at(-1)?.linkName).toBe(`/${LONG}`);
  expect(bytes).toEqual(
    new Map([
      ['a', 'first'],
      [`sub/${LONG}/deep`, 'deep down'],
    ]),
  );

  const out = join(dir.path, 'out');
  await mkdir(out);
  await writeFile(join(dir.path, 'tree.tar'), tar);
  await run('tar', ['-xpf', join(dir.path, 'tree.tar'), '-C', out]);
  await expect(run('diff', ['-r', '--no-dereference', '-x', 'pipe', tree, out])).resolves.toMatchObject({ stdout: '' });
});

test('numbers too large for a header are carried beside it', async () => {
  const record = {
    name: 'x',
    type: 'file',
    linkName: '',
    mode: 0o644,
    uid: 3_000_000_000,
    gid: 2 ** 21,
    size: 0,
    mtime: -1.5,
    major: 0,
    minor: 0,
  } as const;
  const { entries } = await read(Buffer.concat([encodeTarHeader(record), tarPadding(0), TAR_END]));
  expect(entries).toMatchObject([{ uid: 3_000_000_000, gid: 2 ** 21, mtime: -1.5 }]);
});

test('a held directory follows no link, whoever puts one there', async () => {
  await using dir = await temporaryDirectory('held');
  await symlink('/etc', join(dir.path, 'out'));
  await using held = await HeldDirectory.open(dir.path);
  await expect(held.enter('out')).rejects.toThrow(/ENOTDIR|ELOOP/);
  await expect(held.openFile('out')).rejects.toMatchObject({ code: 'conflict' });
  expect((await held.stat('out'))?.isSymbolicLink()).toBe(true);
  for (const name of ['..', '.', '', 'a/b']) expect(() => held.place(name)).toThrow(/is no name of a file/);
});
