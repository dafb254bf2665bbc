import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { describeWith } from '#engine/testing/requires.ts';

import { CopySnapshotter } from './copy-snapshotter.ts';
import { snapshotterSuite, surroundings, type SnapshotterMaker } from './snapshotter.suite.ts';
import { makeWhiteout } from './testing/mounted-root.ts';

const make: SnapshotterMaker = (dir, layers) => new CopySnapshotter(dir, layers);
const KEY = 'c'.repeat(64);

describeWith(['root'], 'copied snapshots', () => {
  snapshotterSuite(make);

  test('are whole trees, without a whiteout left in them', async () => {
    await using around = await surroundings(make);
    const base = await around.layers.add(async (tree) => {
      await writeFile(join(tree, 'kept'), 'content');
      await writeFile(join(tree, 'gone'), 'content');
    });
    const top = await around.layers.add(async (tree) => makeWhiteout(join(tree, 'gone')));
    await around.snapshotter.prepare(KEY, [base, top]);
    expect(await around.snapshotter.mount(KEY)).toEqual({ type: 'bind', source: join(around.dir, KEY) });
    expect(await readdir(around.snapshotter.upperDir(KEY))).toEqual(['kept']);
    expect(await readFile(join(around.snapshotter.upperDir(KEY), 'kept'), 'utf8')).toBe('content');
  });
});
