import { constants, type BigIntStats } from 'node:fs';
import { chmod, copyFile, link, lchown, lstat, mkdir, readdir, readlink, rm, symlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';

import type { Digest } from '#engine/contract/digest.ts';
import { EngineError } from '#engine/contract/errors.ts';

import { listSnapshots, removeSnapshot, settle, type LayerTrees } from './overlay-snapshotter.ts';
import type { RootMount, Snapshotter } from './snapshotter.ts';

/**
 * A whole copy of the stack per key, for kernels and file systems without overlayfs. Blocks are shared where they can be.
 *
 * Node reads no extended attributes: opaque directories are merged like any other, file capabilities are not carried over;
 * neither are device nodes and fifos of layers.
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
    await rm(partial, { recursive: true, force: true });
    await mkdir(partial, { recursive: true, mode: 0o755 });
    for (const diffId of layers) await new TreeCopy().copyChildren(this.#layers.treePath(diffId), partial);
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

  async remove(key: string): Promise<void> {
    await removeSnapshot(this.#dir, key);
  }

  list(): Promise<readonly string[]> {
    return listSnapshots(this.#dir);
  }
}

/** One layer's tree laid over what is there: a whiteout (character device 0/0) takes away. */
class TreeCopy {
  readonly #linked = new Map<string, string>();

  async copyChildren(from: string, into: string): Promise<void> {
    for (const name of await readdir(from)) await this.#copy(join(from, name), join(into, name));
  }

  async #copy(from: string, into: string): Promise<void> {
    const stats = await lstat(from, { bigint: true });
    const known = await lstat(into).catch(() => undefined);
    if (known !== undefined && !(stats.isDirectory() && known.isDirectory())) {
      await rm(into, { recursive: true, force: true });
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
