import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';

import { readOptional } from './read-optional.ts';

test('what is not there is undefined, and what cannot be read is an error', async () => {
  await using dir = await temporaryDirectory('optional');
  await writeFile(join(dir.path, 'here'), 'text');
  await mkdir(join(dir.path, 'folder'));
  expect(await readOptional(join(dir.path, 'here'))).toBe('text');
  expect(await readOptional(join(dir.path, 'gone'))).toBeUndefined();
  expect(await readOptional(join(dir.path, 'here/beneath'))).toBeUndefined();
  await expect(readOptional(join(dir.path, 'folder'))).rejects.toThrow('EISDIR');
});
