import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';

import { replaceFile, replaceFileSync } from './replace-file.ts';

test('a file is the new one, and nothing is beside it, whatever a killed writer has left there', async () => {
  await using folder = await temporaryDirectory('replace-file');
  const path = join(folder.path, 'file');
  await writeFile(`${path}.partial`, 'half of what somebody wrote before he was killed');
  await replaceFile(path, 'one', { flush: true });
  expect(await readFile(path, 'utf8')).toBe('one');
  replaceFileSync(path, Buffer.from('two'));
  expect(await readFile(path, 'utf8')).toBe('two');
  expect(await readdir(folder.path)).toEqual(['file']);
});

test('a secret is nobody else’s from its first byte on', async () => {
  await using folder = await temporaryDirectory('replace-file');
  const path = join(folder.path, 'file');
  await writeFile(path, 'old');
  await chmod(path, 0o644);
  await replaceFile(path, 'secret', { mode: 0o600 });
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

test('what cannot be written leaves the file as it was', async () => {
  await using folder = await temporaryDirectory('replace-file');
  const path = join(folder.path, 'file');
  await writeFile(path, 'old');
  await mkdir(`${path}.partial`);
  await expect(replaceFile(path, 'new')).rejects.toThrow('EISDIR');
  expect(() => replaceFileSync(path, 'new')).toThrow('EISDIR');
  expect(await readFile(path, 'utf8')).toBe('old');
});
