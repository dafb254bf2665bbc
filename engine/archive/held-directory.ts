import { constants, type BigIntStats } from 'node:fs';
import { chmod, chown, lstat, open, readdir, readlink, utimes, type FileHandle } from 'node:fs/promises';

import { EngineError } from '#engine/contract/errors.ts';

import { pathBytes, pathText } from './path-text.ts';
import { quoted } from './tar-entry.ts';

/** open(2): neither reads nor triggers anything, whatever the file turns out to be. Node has no name for it. */
const O_PATH = 0o10000000;

/**
 * A directory by its descriptor, whatever becomes of its path. What is in it is reached by one name at a time, and no
 * link is ever followed: nobody who changes the tree meanwhile leads anybody out of it.
 */
export class HeldDirectory implements AsyncDisposable {
  readonly #handle: FileHandle;

  private constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  /** By a path that is the engine's own: links in it are followed. */
  static async open(path: string): Promise<HeldDirectory> {
    return new HeldDirectory(await open(path, O_PATH | constants.O_DIRECTORY));
  }

  /** Sorted. */
  async names(): Promise<readonly string[]> {
    const names = await readdir(this.#path, { encoding: 'buffer' });
    return names.map((name) => pathText(name)).toSorted();
  }

  /** Of what has the name; of a link itself. Undefined when nothing has. */
  async stat(name: string): Promise<BigIntStats | undefined> {
    try {
      return await lstat(this.place(name), { bigint: true });
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw error;
    }
  }

  async ownStat(): Promise<BigIntStats> {
    return this.#handle.stat({ bigint: true });
  }

  /** Through the descriptor: its own path may be another's by now. */
  chmod(mode: number): Promise<void> {
    return chmod(this.#path, mode);
  }

  chown(uid: number, gid: number): Promise<void> {
    return chown(this.#path, uid, gid);
  }

  /** @param mtime unix seconds. */
  utimes(mtime: number): Promise<void> {
    return utimes(this.#path, mtime, mtime);
  }

  async readlink(name: string): Promise<string> {
    return pathText(await readlink(this.place(name), { encoding: 'buffer' }));
  }

  async enter(name: string): Promise<HeldDirectory> {
    return new HeldDirectory(await open(this.place(name), O_PATH | constants.O_DIRECTORY | constants.O_NOFOLLOW));
  }

  /** The same directory once more, to be closed by itself. */
  async again(): Promise<HeldDirectory> {
    return HeldDirectory.open(this.#path);
  }

  /** A regular file, to read. @throws EngineError `conflict` when it is something else by now. */
  async openFile(name: string): Promise<FileHandle> {
    await using found = await open(this.place(name), O_PATH | constants.O_NOFOLLOW);
    if (!(await found.stat()).isFile()) {
      throw new EngineError('conflict', `The file ${quoted(name)} became something else while it was being read.`);
    }
    // Through the descriptor that was looked at, not through a name that may be another's by now.
    return await open(`/proc/self/fd/${found.fd}`, constants.O_RDONLY);
  }

  /** Where a name of this directory is, for calls that take a path and follow no link at its end. */
  place(name: string): Buffer {
    if (name === '' || name === '.' || name === '..' || name.includes('/')) {
      throw new EngineError('invalid-argument', `${quoted(name)} is no name of a file.`);
    }
    return Buffer.concat([Buffer.from(`${this.#path}/`), pathBytes(name)]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#handle.close();
  }

  get #path(): string {
    return `/proc/self/fd/${this.#handle.fd}`;
  }
}

export function isAbsent(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}
