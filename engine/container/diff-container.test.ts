import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test, vi } from 'vitest';

import { HeldDirectory } from '#engine/archive/held-directory.ts';
import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';

import { compareTrees } from './diff-container.ts';

test('a directory of more files than a call takes arguments is compared', async () => {
  await using dir = await temporaryDirectory('diff');
  const { path } = dir;
  await mkdir(join(path, 'made'));
  await writeFile(join(path, 'file'), '');
  await using held = await HeldDirectory.open(path);
  const [directory, file] = await Promise.all([held.stat('made'), held.stat('file')]);
  const many = Array.from({ length: 150_000 }, (_, index) => `${index}`);
  const names = vi.spyOn(HeldDirectory.prototype, 'names').mockResolvedValue(many);
  // Of the trees now and before, and of the container's own.
  for (const top of [['made'], [], ['made']]) names.mockResolvedValueOnce(top);
  vi.spyOn(HeldDirectory.prototype, 'stat').mockImplementation((name) =>
    Promise.resolve(name === 'made' ? directory : file),
  );
  try {
    expect(await compareTrees({ now: path, before: path, own: path }, { config: { mounts: [] } })).toHaveLength(
      many.length + 1,
    );
  } finally {
    vi.restoreAllMocks();
  }
});
