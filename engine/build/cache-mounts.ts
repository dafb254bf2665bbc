import { createHash } from 'node:crypto';
import { existsSync, renameSync } from 'node:fs';
import { chmod, chown, mkdtemp, readdir, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { removeTree } from '#engine/async/remove-tree.ts';
import { measureTree } from '#engine/archive/measure-tree.ts';
import { makeDirectories } from '#engine/async/make-directories.ts';

import type { KeptByBuilds } from './kept-by-builds.ts';
import type { RunMount } from './run-mount.ts';

export type CacheMount = Extract<RunMount, { readonly type: 'cache' }>;

/** Until it is whole, and from when it is given up. */
const NEW = 'new-';
const GONE = 'gone-';

interface MountUse {
  /** Until it is disposed of the directory is in use. */
  readonly undo: AsyncDisposableStack;
  /** Puts in what a new one begins with. */
  readonly fill: (directory: string) => Promise<void>;
}

/**
 * Directories that `RUN --mount=type=cache` shows, by a digest of their ids, with who uses them (Dockerfile reference,
 * "RUN --mount=type=cache"). When one was last used is its inode's change time, which a step doesn't see.
 */
export class CacheMounts {
  readonly dir: string;
  readonly #users = new Map<string, number>();

  constructor(dir: string) {
    this.dir = dir;
  }

  /** The directory of a mount's id. */
  async use(mount: CacheMount, { undo, fill }: MountUse): Promise<string> {
    const name = createHash('sha256').update(mount.id).digest('hex');
    // Counted before it is looked for: from here on nobody removes it.
    this.#users.set(name, (this.#users.get(name) ?? 0) + 1);
    undo.defer(() => this.#leave(name));
    const path = join(this.dir, name);
    if (existsSync(path)) await chmod(path, (await stat(path)).mode & 0o7777);
    else await this.#make(path, mount, fill);
    return path;
  }

  /** What a killed engine was making, or removing. */
  async sweep(): Promise<void> {
    const left = (await this.#names()).filter((name) => name.startsWith(NEW) || name.startsWith(GONE));
    await Promise.all(left.map((name) => removeTree(join(this.dir, name))));
  }

  async list(signal: AbortSignal): Promise<readonly KeptByBuilds[]> {
    const names = (await this.#names()).filter((name) => !name.startsWith(NEW) && !name.startsWith(GONE));
    const measured = names.map(async (id): Promise<readonly KeptByBuilds[]> => {
      const path = join(this.dir, id);
      const about = await stat(path).catch(() => undefined);
      // It may go meanwhile.
      if (about === undefined) return [];
      const { bytes } = await measureTree(path, signal);
      return [{ id, bytes, usedAt: Math.floor(about.ctimeMs), isInUse: this.#users.has(id) }];
    });
    return (await Promise.all(measured)).flat();
  }

  /** Removes what nobody uses. @param unusedSince unix milliseconds: what was used later stays. @returns freed bytes. */
  async prune(unusedSince: number, signal: AbortSignal): Promise<number> {
    let freedBytes = 0;
    for (const { id, bytes, usedAt } of await this.list(signal)) {
      // Somebody may have come while it was measured.
      if (usedAt >= unusedSince || this.#users.has(id) || !existsSync(join(this.dir, id))) continue;
      const gone = join(this.dir, `${GONE}${id}`);
      renameSync(join(this.dir, id), gone);
      await removeTree(gone);
      freedBytes += bytes;
    }
    return freedBytes;
  }

  async #make(path: string, { mode, uid, gid }: CacheMount, fill: MountUse['fill']): Promise<void> {
    await makeDirectories(this.dir, 0o711);
    const made = await mkdtemp(join(this.dir, NEW));
    await fill(made);
    await chmod(made, mode);
    await chown(made, uid, gid);
    // Whole or not there, and whoever was first counts.
    await rename(made, path).catch(async (error: unknown) => {
      if (!existsSync(path)) throw error;
      await removeTree(made);
    });
  }

  #leave(name: string): void {
    const users = (this.#users.get(name) ?? 1) - 1;
    if (users > 0) this.#users.set(name, users);
    else this.#users.delete(name);
  }

  async #names(): Promise<readonly string[]> {
    return existsSync(this.dir) ? readdir(this.dir) : [];
  }
}
