import { constants, type BigIntStats } from 'node:fs';
import { chmod, copyFile, link, lchown, lstat, mkdir, readdir, readlink, symlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';

import { removeTree } from '#engine/async/remove-tree.ts';
import type { Digest } from '#engine/contract/digest.ts';
import { EngineError } from '#engine/contract/errors.ts';

import type { LayerTrees } from './layer-trees.ts';
import { listSnapshots, removeSnapshot, settle } from './overlay-snapshotter.ts';
import type { RootMount, Snapshotter } from './snapshotter.ts';

/**
 * A whole copy of the stack per key, for kernels and file systems without overlayfs. Blocks are shared where they can be.
 *
 * Node reads no extended attributes, so file capabilities are not carried over; neither are device nodes and fifos.
 */
export class CopySnapshotter implements Snapshotter {
  readonly driver = 'copy';
  readonly #dir: string;
  readonly #layers: LayerTrees;

  constructor(dir: string, layers: LayerTrees) {
    this.#dir = dir;
    this.#layers = layers;
  }

  async prepare(key: string, layers: readonly Digest[]): Promise<void> {
    const partial = join(this.#dir, `${key}.partial`);
    await makeAnew(partial);
    for (const diffId of layers) {
      const tree = await this.#layers.unpacked(diffId);
      const opaque = new Set(await this.#layers.opaquePaths(diffId));
      if (opaque.has('/')) await makeAnew(partial);
      await new TreeCopy(tree, opaque).copyChildren(tree, partial);
    }
    await settle(partial, join(this.#dir, key), key);
  }

  async mount(key: string): Promise<RootMount> {
    const source = this.upperDir(key);
    await lstat(source).catch((cause: unknown) => {
      throw new EngineError('not-found', `The read-write layer of the container ${key.slice(0, 12)} is gone.`, {
        cause,
      });
    });
    return { type: 'bind', source };
  }

  upperDir(key: string): string {
    return join(this.#dir, key);
  }

  directory(key: string): string {
    return join(this.#dir, key);
  }

  async remove(key: string): Promise<void> {
    await removeSnapshot(this.#dir, key);
  }

  list(): Promise<readonly string[]> {
    return listSnapshots(this.#dir);
  }
}

async function makeAnew(dir: string): Promise<void> {
  await removeTree(dir);
  await mkdir(dir, { recursive: true, mode: 0o755 });
}

/** One layer's tree laid over what is there: a whiteout (character device 0/0) takes away. */
class TreeCopy {
  readonly #root: string;
  readonly #opaque: ReadonlySet<string>;
  readonly #linked = new Map<string, string>();

  /** @param opaque absolute paths, within `root`, of directories that begin anew. */
  constructor(root: string, opaque: ReadonlySet<string>) {
    this.#root = root;
    this.#opaque = opaque;
  }

  async copyChildren(from: string, into: string): Promise<void> {
    for (const name of await readdir(from)) await this.#copy(join(from, name), join(into, name));
  }

  async #copy(from: string, into: string): Promise<void> {
    const stats = await lstat(from, { bigint: true });
    const known = await lstat(into).catch(() => undefined);
    const isMerged = stats.isDirectory() && known?.isDirectory() === true;
    if (known !== undefined && (!isMerged || this.#opaque.has(from.slice(this.#root.length)))) {
      await removeTree(into);
    }
    if (stats.isCharacterDevice() && stats.rdev === 0n) return;
    await this.#make(from, into, stats);
  }

  async #make(from: string, into: string, stats: BigIntStats): Promise<void> {
    if (stats.isSymbolicLink()) await symlink(await readlink(from), into);
    else if (stats.isDirectory()) await mkdir(into, { recursive: true });
    else if (!stats.isFile()) return;
    else if (!(await this.#linkKnown(into, stats))) await copyFile(from, into, constants.COPYFILE_FICLONE);
    if (stats.isDirectory()) await this.copyChildren(from, into);
    await lchown(into, Number(stats.uid), Number(stats.gid));
    if (stats.isSymbolicLink()) return;
    await chmod(into, Number(stats.mode) & 0o7777);
    await utimes(into, Number(stats.atimeMs) / 1000, Number(stats.mtimeMs) / 1000);
  }

  async #linkKnown(into: string, { ino, nlink }: BigIntStats): Promise<boolean> {
    if (nlink < 2n) return false;
    const known = this.#linked.get(String(ino));
    this.#linked.set(String(ino), known ?? into);
    if (known === undefined) return false;
    await link(known, into);
    return true;
  }
}
