import {
  access,
  chmod,
  chown,
  link,
  lstat,
  mkdir,
  readdir,
  readFile,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { parseDigest, type Digest } from '#engine/contract/digest.ts';
import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';

import type { LayerMount, LayerTrees } from './layer-trees.ts';
import type { RootMount, Snapshotter } from './snapshotter.ts';
import { makeWhiteout, runInRoot, snapshotTree } from './testing/mounted-root.ts';

/** Layers as directories, numbered from the base up. */
export class TestLayers implements LayerTrees {
  readonly #dir: string;
  #count = 0;

  constructor(dir: string) {
    this.#dir = dir;
  }

  treePath(diffId: Digest): string {
    return join(this.#dir, diffId.slice('sha256:'.length));
  }

  mountable(diffId: Digest): Promise<LayerMount> {
    return Promise.resolve({ path: this.treePath(diffId) });
  }

  unpacked(diffId: Digest): Promise<string> {
    return Promise.resolve(this.treePath(diffId));
  }

  readonly opaque = new Map<Digest, readonly string[]>();

  opaquePaths(diffId: Digest): Promise<readonly string[]> {
    return Promise.resolve(this.opaque.get(diffId) ?? []);
  }

  async add(fill: (tree: string) => Promise<void>): Promise<Digest> {
    this.#count += 1;
    const diffId = parseDigest(`sha256:${this.#count.toString(16).padStart(64, '0')}`);
    await mkdir(this.treePath(diffId), { recursive: true, mode: 0o755 });
    await fill(this.treePath(diffId));
    return diffId;
  }
}

export interface Surroundings extends AsyncDisposable {
  readonly snapshotter: Snapshotter;
  readonly layers: TestLayers;
  readonly dir: string;
}

export type SnapshotterMaker = (dir: string, layers: LayerTrees) => Snapshotter;

export async function surroundings(make: SnapshotterMaker): Promise<Surroundings> {
  const temporary = await temporaryDirectory('snapshots');
  const layers = new TestLayers(join(temporary.path, 'layers'));
  const dir = join(temporary.path, 'snapshots');
  await mkdir(dir);
  return {
    layers,
    dir,
    snapshotter: make(dir, layers),
    [Symbol.asyncDispose]: () => temporary[Symbol.asyncDispose](),
  };
}

const KEY = 'a'.repeat(64);

/** The promises of `Snapshotter`, kept by each implementation. */
export function snapshotterSuite(make: SnapshotterMaker): void {
  async function mounted(
    { snapshotter }: Surroundings,
    stack: readonly Digest[],
    script: string,
  ): Promise<{ readonly out: string; readonly mount: RootMount }> {
    await snapshotter.prepare(KEY, stack);
    const mount = await snapshotter.mount(KEY);
    return { out: await runInRoot(mount, script), mount };
  }

  test('upper layers lie over lower ones', async () => {
    await using around = await surroundings(make);
    const base = await around.layers.add(async (tree) => {
      await mkdir(join(tree, 'dir'));
      await writeFile(join(tree, 'dir/kept'), 'base');
      await writeFile(join(tree, 'dir/changed'), 'base');
    });
    const top = await around.layers.add(async (tree) => {
      await mkdir(join(tree, 'dir'));
      await writeFile(join(tree, 'dir/changed'), 'top');
      await writeFile(join(tree, 'added'), 'top');
    });
    const { out } = await mounted(around, [base, top], 'cat dir/kept dir/changed added');
    expect(out).toBe('basetoptop');
  });

  test('a whiteout takes away what is below, files and directories', async () => {
    await using around = await surroundings(make);
    const base = await around.layers.add(async (tree) => {
      await mkdir(join(tree, 'gone/deep'), { recursive: true });
      await writeFile(join(tree, 'gone/deep/file'), 'x');
      await writeFile(join(tree, 'file'), 'x');
      await writeFile(join(tree, 'kept'), 'x');
    });
    const top = await around.layers.add(async (tree) => {
      await makeWhiteout(join(tree, 'gone'));
      await makeWhiteout(join(tree, 'file'));
      await makeWhiteout(join(tree, 'never-was'));
    });
    const back = await around.layers.add(async (tree) => writeFile(join(tree, 'file'), 'new'));
    const { out } = await mounted(around, [base, top, back], 'ls; cat file');
    expect(out).toBe('file\nkept\nnew');
  });

  test('a directory may become a file, and a file a directory', async () => {
    await using around = await surroundings(make);
    const base = await around.layers.add(async (tree) => {
      await mkdir(join(tree, 'one/inside'), { recursive: true });
      await writeFile(join(tree, 'two'), 'file');
      await symlink('/etc', join(tree, 'three'));
    });
    const top = await around.layers.add(async (tree) => {
      await writeFile(join(tree, 'one'), 'file now');
      await mkdir(join(tree, 'two'));
      await mkdir(join(tree, 'three'));
      await writeFile(join(tree, 'three/file'), 'inside');
    });
    const { out } = await mounted(around, [base, top], 'cat one three/file; ls two');
    expect(out).toBe('file nowinside');
  });

  test('changes go to the snapshot alone: layers stay as they are', async () => {
    await using around = await surroundings(make);
    const base = await around.layers.add(async (tree) => {
      await writeFile(join(tree, 'changed'), 'before');
      await writeFile(join(tree, 'removed'), 'before');
      await writeFile(join(tree, 'kept'), 'before');
      await mkdir(join(tree, 'dir'));
    });
    const before = await snapshotTree(around.layers.treePath(base));
    const { out, mount } = await mounted(
      around,
      [base],
      'echo after > changed; rm removed; echo new > dir/new; chmod 700 dir; rm -f kept; echo kept > kept; cat changed dir/new kept; ls',
    );
    expect(out).toBe('after\nnew\nkept\nchanged\ndir\nkept\n');
    expect(await snapshotTree(around.layers.treePath(base))).toEqual(before);
    const upper = around.snapshotter.upperDir(KEY);
    expect(await readFile(join(upper, 'changed'), 'utf8')).toBe('after\n');
    expect(await readFile(join(upper, 'dir/new'), 'utf8')).toBe('new\n');
    // Mounted once more, it is as it was left.
    expect(await runInRoot(mount, 'cat changed dir/new; ls')).toBe('after\nnew\nchanged\ndir\nkept\n');
  });

  test('two containers share their layers and nothing else', async () => {
    await using around = await surroundings(make);
    const base = await around.layers.add(async (tree) => writeFile(join(tree, 'file'), 'base\n'));
    const { snapshotter } = around;
    const keys = ['1'.repeat(64), '2'.repeat(64)];
    for (const key of keys) await snapshotter.prepare(key, [base]);
    const [first = '', second = ''] = keys;
    expect(await runInRoot(await snapshotter.mount(first), 'echo one > file; cat file')).toBe('one\n');
    expect(await runInRoot(await snapshotter.mount(second), 'cat file')).toBe('base\n');
  });

  test('owners, modes, times and links are the layer’s', async () => {
    await using around = await surroundings(make);
    const base = await around.layers.add(async (tree) => {
      await mkdir(join(tree, 'dir'));
      await writeFile(join(tree, 'dir/file'), 'content');
      await chown(join(tree, 'dir/file'), 1000, 2000);
      await chmod(join(tree, 'dir/file'), 0o4750);
      await utimes(join(tree, 'dir/file'), 1_600_000_000, 1_600_000_000);
      await link(join(tree, 'dir/file'), join(tree, 'hard'));
      await symlink('dir/file', join(tree, 'soft'));
      await chmod(join(tree, 'dir'), 0o1777);
      await utimes(join(tree, 'dir'), 1_500_000_000, 1_500_000_000);
    });
    const { out } = await mounted(
      around,
      [base],
      'stat -c "%u:%g %a %Y %h" dir/file hard; stat -c "%a %Y" dir; readlink soft; [ dir/file -ef hard ] && echo same',
    );
    expect(out).toBe('1000:2000 4750 1600000000 2\n1000:2000 4750 1600000000 2\n1777 1500000000\ndir/file\nsame\n');
  });

  test('the root’s mode lets everybody in', async () => {
    await using around = await surroundings(make);
    const base = await around.layers.add(async (tree) => chmod(tree, 0o755));
    expect((await mounted(around, [base], 'stat -c "%a %u:%g" .')).out).toBe('755 0:0\n');
  });

  test('an image without layers is an empty root', async () => {
    await using around = await surroundings(make);
    expect((await mounted(around, [], 'ls -A; echo x > file; cat file')).out).toBe('x\n');
  });

  test('more layers than a page of mount options could name', async () => {
    await using around = await surroundings(make);
    const stack: Digest[] = [];
    for (let index = 0; index < 120; index += 1) {
      stack.push(
        await around.layers.add(async (tree) => {
          await writeFile(join(tree, `of-${index}`), '');
          await writeFile(join(tree, 'last'), String(index));
        }),
      );
    }
    const { out } = await mounted(around, stack, 'ls | grep -c of-; cat last');
    expect(out).toBe('120\n119');
  });

  test('a layer may stand twice in a stack', async () => {
    await using around = await surroundings(make);
    const empty = await around.layers.add(async () => undefined);
    const base = await around.layers.add(async (tree) => writeFile(join(tree, 'file'), 'x'));
    expect((await mounted(around, [empty, base, empty], 'ls')).out).toBe('file\n');
  });

  test('what is prepared is listed, what is removed is gone, as often as one asks', async () => {
    await using around = await surroundings(make);
    const { snapshotter, dir } = around;
    const base = await around.layers.add(async (tree) => writeFile(join(tree, 'file'), 'x'));
    await snapshotter.prepare(KEY, [base]);
    expect(await snapshotter.list()).toEqual([KEY]);
    await expect(snapshotter.prepare(KEY, [base])).rejects.toMatchObject({ code: 'conflict' });
    expect(await snapshotter.list()).toEqual([KEY]);
    await snapshotter.remove(KEY);
    await snapshotter.remove(KEY);
    expect(await snapshotter.list()).toEqual([]);
    expect(await readdir(dir)).toEqual([]);
    await expect(snapshotter.mount(KEY)).rejects.toMatchObject({ code: 'not-found' });
    expect((await lstat(join(around.layers.treePath(base), 'file'))).isFile()).toBe(true);
  });

  test('what a killed engine left half done is no snapshot, and in nobody’s way', async () => {
    await using around = await surroundings(make);
    const { snapshotter, dir } = around;
    await mkdir(join(dir, `${KEY}.partial/upper/dir`), { recursive: true });
    await writeFile(join(dir, `${KEY}.partial/upper/dir/file`), 'half');
    expect(await snapshotter.list()).toEqual([]);
    await expect(snapshotter.mount(KEY)).rejects.toMatchObject({ code: 'not-found' });
    expect((await mounted(around, [], 'ls -A')).out).toBe('');
    expect(await readdir(dir)).toEqual([KEY]);
  });

  test('what a container made unreachable is removed all the same', async () => {
    await using around = await surroundings(make);
    await mounted(around, [], 'mkdir -p a/b; echo x > a/b/c; mkfifo pipe; ln -s /nowhere link; chmod 0 a/b a');
    await around.snapshotter.remove(KEY);
    await expect(access(join(around.dir, KEY))).rejects.toThrow('ENOENT');
  });
}
