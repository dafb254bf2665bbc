import { lstat, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';

import { writeToFile } from './received-archive.ts';

async function* bytes(text: string): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(Buffer.from(text));
}

test('a device that is written to stays a device', async () => {
  await using dir = await temporaryDirectory('received');
  const link = join(dir.path, 'null');
  await symlink('/dev/null', link);
  await writeToFile({ bytes: bytes('archive'), whole: Promise.resolve() }, link);
  expect((await lstat(link)).isSymbolicLink()).toBe(true);
});

test('a link to a file stays one, and the file is whole or as it was', async () => {
  await using dir = await temporaryDirectory('received');
  const [file, link] = [join(dir.path, 'file'), join(dir.path, 'link')];
  await writeFile(file, 'before');
  await symlink(file, link);
  const broken = Promise.reject(new Error('cut off'));
  broken.catch(() => undefined);
  await expect(writeToFile({ bytes: bytes('half'), whole: broken }, link)).rejects.toThrow('cut off');
  expect(await readFile(file, 'utf8')).toBe('before');
  await writeToFile({ bytes: bytes('now'), whole: Promise.resolve() }, link);
  expect((await lstat(link)).isSymbolicLink()).toBe(true);
  expect(await readFile(file, 'utf8')).toBe('now');
});
