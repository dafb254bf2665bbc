import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { describeWith } from '#engine/testing/requires.ts';

import { OverlaySnapshotter, sweepSnapshots } from './overlay-snapshotter.ts';
import { snapshotterSuite, surroundings, type SnapshotterMaker } from './snapshotter.suite.ts';

const make: SnapshotterMaker = (dir, layers) => new OverlaySnapshotter(dir, layers);
const KEY = 'b'.repeat(64);

describeWith(['root', 'overlay'], 'overlay snapshots', () => {
  snapshotterSuite(make);

  test('cost nothing to prepare: no byte of a layer is copied', async () => {
    await using around = await surroundings(make);
    const base = await around.layers.add(async (tree) => writeFile(join(tree, 'large'), Buffer.alloc(5_000_000)));
    await around.snapshotter.prepare(KEY, [base]);
    expect(await readdir(around.snapshotter.upperDir(KEY))).toEqual([]);
    expect(await around.snapshotter.mount(KEY)).toEqual({
      type: 'overlay',
      lower: [around.layers.treePath(base)],
      upper: join(around.dir, KEY, 'upper'),
      work: join(around.dir, KEY, 'work'),
    });
    expect((await stat(around.snapshotter.upperDir(KEY))).mode & 0o777).toBe(0o755);
  });

  test('name the top layer first', async () => {
    await using around = await surroundings(make);
    const stack = [await around.layers.add(async () => undefined), await around.layers.add(async () => undefined)];
    await around.snapshotter.prepare(KEY, stack);
    const mount = await around.snapshotter.mount(KEY);
    expect(mount.type === 'overlay' ? mount.lower : []).toEqual(
      stack.toReversed().map((diffId) => around.layers.treePath(diffId)),
    );
  });

  test('that were left half done are swept, the others stay', async () => {
    await using around = await surroundings(make);
    await around.snapshotter.prepare(KEY, []);
    await mkdir(join(around.dir, 'half.partial/upper'), { recursive: true });
    await writeFile(join(around.dir, 'half.partial/layers'), '');
    await sweepSnapshots(around.dir);
    expect(await readdir(around.dir)).toEqual([KEY]);
  });
});
