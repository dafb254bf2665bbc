import { stat } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';

import { makeDirectories } from './make-directories.ts';

test('a directory is made with all above it, and may be there already', async () => {
  await using dir = await temporaryDirectory('make');
  const path = join(dir.path, 'a/b/c');
  await makeDirectories(path, 0o700);
  await makeDirectories(path, 0o755);
  expect((await stat(path)).mode & 0o777).toBe(0o700);
});

test.each(['/proc/estrato', '/proc/estrato/deeper', '/proc/self/fd/estrato'])(
  'where the kernel makes no directories there is an end: %s',
  async (path) => {
    await expect(makeDirectories(path)).rejects.toThrow(/EACCES|EPERM|no directory can be made/);
  },
);

test('what is there and no directory is in the way', async () => {
  await expect(makeDirectories('/dev/null')).rejects.toMatchObject({ code: 'EEXIST' });
  await expect(makeDirectories('/dev/null/below')).rejects.toMatchObject({ code: 'ENOTDIR' });
});
