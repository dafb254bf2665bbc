import { join } from 'node:path';

import { expect, test } from 'vitest';

import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';

import { freeze, thaw } from './freezer.ts';

test.each([1, 2] as const)('of version %i, what has ended with its control groups does not run', async (version) => {
  await using dir = await temporaryDirectory('freezer');
  const freezer = { dir: join(dir.path, 'gone'), version };
  const layout = { mode: 'v1', hierarchies: [], dirs: [], oomFiles: [], freezer } as const;
  await expect(freeze(layout)).rejects.toMatchObject({
    code: 'conflict',
    message: 'The container has ended: there is nothing to pause.',
  });
  await thaw(layout);
});
