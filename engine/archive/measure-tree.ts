import { constants } from 'node:fs';
import { lstat, open, readdir } from 'node:fs/promises';

import { isAbsent } from './held-directory.ts';

/** Bytes of a block of stat(2). */
const BLOCK = 512;

/** Bytes of a path to which any name can still be added, within the 4095 that the kernel takes (PATH_MAX). */
const LONG = 2048;

export interface TreeSize {
  /** On the disk. */
  readonly bytes: number;
  /** Bytes of its files as they are read. */
  readonly content: number;
  /** Of any kind, the top itself not. */
  readonly files: number;
}

/**
 * What a tree takes on the disk, one file with several names counted once; what goes meanwhile counts as gone.
 * @throws the signal's reason.
 */
export async function measureTree(path: string, signal: AbortSignal): Promise<TreeSize> {
  const walk = new Walk(signal);
  await walk.measure(Buffer.from(path));
  return { bytes: walk.bytes, content: walk.content, files: Math.max(0, walk.files) };
}

class Walk {
  bytes = 0;
  content = 0;
  files = -1;
  readonly #signal: AbortSignal;
  readonly #seen = new Set<bigint>();

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  async measure(place: Buffer): Promise<void> {
    this.#signal.throwIfAborted();
    try {
      if (await this.#count(place)) await this.#measureIn(place);
    } catch (error) {
      if (!isAbsent(error)) throw error;
    }
  }

  /** @returns whether there may be more in it. */
  async #count(place: Buffer): Promise<boolean> {
    const stats = await lstat(place, { bigint: true });
    const isDirectory = stats.isDirectory();
    if (stats.nlink > 1n && !isDirectory) {
      if (this.#seen.has(stats.ino)) return false;
      this.#seen.add(stats.ino);
    }
    this.files += 1;
    this.bytes += Number(stats.blocks) * BLOCK;
    if (!isDirectory) this.content += Number(stats.size);
    return isDirectory;
  }

  async #measureIn(place: Buffer): Promise<void> {
    if (place.length <= LONG) return this.#measureEach(place);
    // A tree can be deeper than one path can say: from here on paths begin anew.
    await using held = await open(place, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
    return await this.#measureEach(Buffer.from(`/proc/self/fd/${held.fd}`));
  }

  async #measureEach(place: Buffer): Promise<void> {
    for (const name of await readdir(place, { encoding: 'buffer' })) {
      await this.measure(Buffer.concat([place, Buffer.from('/'), name]));
    }
  }
}
