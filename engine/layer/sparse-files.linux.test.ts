import { execFile } from 'node:child_process';
import { mkdir, open, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { describeWith } from '#engine/testing/requires.ts';
import { onDisk, temporaryDirectory } from '#engine/testing/temporary-directory.ts';

import { digestOf, openStores } from './testing/layer-fixtures.ts';

const run = promisify(execFile);

const MIB = 1024 * 1024;

/** More stretches than an old header has room for, and than one more block has; a hole at both ends. */
const STRETCHES = 60;

async function writeSparse(path: string): Promise<void> {
  await using file = await open(path, 'w');
  for (let stretch = 0; stretch < STRETCHES; stretch += 1) {
    await file.write(`stretch ${stretch}`, (stretch + 1) * 64 * 1024 + stretch);
  }
  await file.truncate(10 * MIB);
}

describeWith(['launcher'], 'a layer with sparse files', () => {
  const owned = new AsyncDisposableStack();
  let tree: string;

  beforeAll(async () => {
    tree = join(owned.use(await temporaryDirectory('sparse', onDisk)).path, 'tree');
    await mkdir(tree);
    await writeSparse(join(tree, 'stretches'));
    await writeFile(join(tree, 'nothing'), '');
    await truncate(join(tree, 'nothing'), 3 * MIB + 5);
    await writeFile(join(tree, 'whole'), 'as any other');
  });
  afterAll(() => owned.disposeAsync());

  test.each([
    ['old', ['--format=gnu']],
    ['0.0', ['--format=posix', '--sparse-version=0.0']],
    ['0.1', ['--format=posix', '--sparse-version=0.1']],
    ['1.0', ['--format=posix', '--sparse-version=1.0']],
  ])('has them whole, as GNU tar stores them in its way %s', async (_, format) => {
    const path = `${tree}.tar`;
    await run('tar', ['--sparse', ...format, '-cf', path, '-C', tree, '.']);
    const tar = await readFile(path);
    expect(tar.length).toBeLessThan(MIB);
    for (const form of ['tree', 'tar'] as const) {
      await using stores = await openStores(form, onDisk);
      const record = await stores.layers.apply(digestOf(tar), await stores.ingest(tar));
      // Its bytes aren't in the tar in one piece, so that it can't be shown from there.
      expect(record).toMatchObject({ form: 'tree', entryCount: 4, size: 13 * MIB + 5 + 12 });
      const index = await stores.layers.index(record.diffId);
      const unpacked = await stores.layers.unpacked(record.diffId);
      for (const name of ['stretches', 'nothing', 'whole']) {
        const bytes = await readFile(join(tree, name));
        expect(index.contentDigest(index.find(`/${name}`) ?? -1)).toBe(digestOf(bytes));
        expect((await readFile(join(unpacked, name))).equals(bytes)).toBe(true);
      }
    }
  });
});
