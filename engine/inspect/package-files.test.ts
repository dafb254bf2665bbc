import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { packagesIn, type PackageFilePlace } from './package-files.ts';

async function pages(files: readonly PackageFilePlace[], directory: string) {
  return Array.fromAsync(packagesIn(files, directory));
}

test('packages come in pages, and a file that is too large is named and not read', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'packages-'));
  const text = Array.from({ length: 1201 }, (_, at) => `Package: p${at}\nVersion: 1\n\n`).join('');
  await writeFile(join(directory, 'file'), `before${text}after`);
  const place = { path: join(directory, 'file'), offset: 'before'.length, size: text.length };
  const found = await pages(
    [
      { path: '/var/lib/dpkg/status', layer: 0, place },
      { path: '/var/lib/dpkg/status.d/huge', layer: 1, place: { ...place, size: 17 * 1024 * 1024 } },
    ],
    directory,
  );
  expect(found.map(({ value, isLast }) => [value.packages.length, isLast])).toEqual([
    [500, false],
    [500, false],
    [201, true],
  ]);
  expect(found[0]?.value.packages[7]).toEqual({
    kind: 'deb',
    name: 'p7',
    version: '1',
    path: '/var/lib/dpkg/status',
    layer: 0,
  });
  expect(found.at(-1)?.value.unread).toEqual([{ path: '/var/lib/dpkg/status.d/huge', reason: 'too-large' }]);
  await rm(directory, { recursive: true });
});

test('a layer that is gone is a failure, not a damaged file', async () => {
  const place = { path: '/nowhere/at/all', offset: 0, size: 10 };
  await expect(pages([{ path: '/lib/apk/db/installed', layer: 0, place }], '/nowhere')).rejects.toThrow('ENOENT');
});
