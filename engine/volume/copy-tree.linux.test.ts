import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { expect, test } from 'vitest';

import { makeOddTree } from '#engine/testing/odd-tree.ts';
import { describeWith, launcherPath } from '#engine/testing/requires.ts';
import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';
import { treeHash } from '#engine/testing/tree-hash.ts';

import { copyTree, makeLike } from './copy-tree.ts';

const run = promisify(execFile);
const MEBIBYTE = 2 ** 20;

/** A file system of its own, in a file. */
async function mountedBtrfs(dir: string): Promise<AsyncDisposable & { readonly path: string }> {
  const path = join(dir, 'mounted');
  await mkdir(path);
  await run('truncate', ['-s', '300M', join(dir, 'disk')]);
  await run('/sbin/mkfs.btrfs', ['-q', join(dir, 'disk')]);
  await run('mount', ['-o', 'loop', join(dir, 'disk'), path]);
  return { path, [Symbol.asyncDispose]: async () => void (await run('umount', [path])) };
}

async function makePair(dir: string): Promise<readonly [from: string, into: string]> {
  const pair = [join(dir, 'from'), join(dir, 'into')] as const;
  for (const path of pair) await mkdir(path);
  return pair;
}

describeWith(['root', 'launcher'], 'a copy of a tree', () => {
  test('is the same to the last attribute, and says how much there was', async () => {
    await using dir = await temporaryDirectory('copy');
    const [from, into] = await makePair(dir.path);
    await makeOddTree(from);
    expect(await copyTree(launcherPath, from, into)).toMatchObject({ files: 12 });
    expect(await treeHash(into)).toBe(await treeHash(from));
  });

  test('leaves out what is mounted in it', async () => {
    await using dir = await temporaryDirectory('copy');
    const [from, into] = await makePair(dir.path);
    await mkdir(join(from, 'memory'));
    await run('mount', ['-t', 'tmpfs', 'tmpfs', join(from, 'memory')]);
    try {
      await writeFile(join(from, 'memory', 'file'), 'elsewhere');
      expect(await copyTree(launcherPath, from, into)).toMatchObject({ files: 1 });
    } finally {
      await run('umount', [join(from, 'memory')]);
    }
  });

  test('has no place for a tree that is not there, and says so', async () => {
    await using dir = await temporaryDirectory('copy');
    const [from, into] = await makePair(dir.path);
    await expect(copyTree(launcherPath, join(from, 'none'), into)).rejects.toThrow(/can't be copied: .*No such file/);
    await writeFile(join(from, 'file'), '');
    await writeFile(join(into, 'file'), '');
    await expect(copyTree(launcherPath, from, into)).rejects.toThrow(/open file to copy it: File exists/);
  });

  test('a directory becomes like another, with nothing of its own left', async () => {
    await using dir = await temporaryDirectory('copy');
    const [from, into] = await makePair(dir.path);
    await run('setfattr', ['-n', 'user.own', '-v', 'x', into]);
    await run('setfattr', ['-n', 'user.theirs', '-v', 'y', from]);
    await run('bash', [
      '-c',
      `chown 3:4 ${from}; chmod 3751 ${from}; touch -d '2001-01-01 01:01:01.111111111' ${from}`,
    ]);
    await makeLike(launcherPath, from, into);
    expect(await treeHash(into)).toBe(await treeHash(from));
  });
});

describeWith(['root', 'launcher', 'btrfs'], 'a copy on a file system that shares blocks', () => {
  test('takes no room', async () => {
    await using dir = await temporaryDirectory('copy-btrfs');
    await using disk = await mountedBtrfs(dir.path);
    const [from, into] = await makePair(disk.path);
    await writeFile(join(from, 'large'), randomBytes(64 * MEBIBYTE));
    await run('sync', ['-f', disk.path]);
    const free = async (): Promise<number> => {
      const { bfree, bsize } = await statfs(disk.path);
      return bfree * bsize;
    };
    const before = await free();
    await copyTree(launcherPath, from, into);
    expect(before - (await free())).toBeLessThan(4 * MEBIBYTE);
    expect(await treeHash(into)).toBe(await treeHash(from));
  });
});
