import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
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

  test('have nothing of what an opaque directory hides', async () => {
    await using around = await surroundings(make);
    const base = await around.layers.add(async (tree) => {
      await mkdir(join(tree, 'etc/app'), { recursive: true });
      await writeFile(join(tree, 'etc/app/old'), 'content');
      await writeFile(join(tree, 'etc/kept'), 'content');
    });
    const top = await around.layers.add(async (tree) => {
      await mkdir(join(tree, 'etc/app'), { recursive: true });
      await writeFile(join(tree, 'etc/app/new'), 'content');
    });
    around.layers.opaque.set(top, ['/etc/app']);
    await around.snapshotter.prepare(KEY, [base, top]);
    const root = around.snapshotter.upperDir(KEY);
    expect(await readdir(join(root, 'etc/app'))).toEqual(['new']);
    expect(await readdir(join(root, 'etc'))).toEqual(['app', 'kept']);
  });

  test('never empty what a link of a layer below points at', async () => {
    await using around = await surroundings(make);
    const precious = join(around.dir, '../precious');
    await mkdir(join(precious, 'app'), { recursive: true });
    await writeFile(join(precious, 'app/file'), 'content');
    const base = await around.layers.add((tree) => symlink(precious, join(tree, 'etc')));
    const top = await around.layers.add(async (tree) =>
      mkdir(join(tree, 'etc/app'), { recursive: true }).then(() => undefined),
    );
    around.layers.opaque.set(top, ['/etc/app']);
    await around.snapshotter.prepare(KEY, [base, top]);
    expect(await readdir(join(around.snapshotter.upperDir(KEY), 'etc/app'))).toEqual([]);
    expect(await readdir(join(precious, 'app'))).toEqual(['file']);
  });
});
