import { createHash } from 'node:crypto';
import { constants, type BigIntStats } from 'node:fs';
import { lstat, open, readdir, readlink } from 'node:fs/promises';

import { isAbsent } from '#engine/archive/held-directory.ts';
import type { IgnoreRules } from '#engine/dockerfile/ignore-rules.ts';
import { fileChunks } from '#engine/layer/file-chunks.ts';

import type { KnownDigests } from './known-digests.ts';
import type { SourceEntry, SourceTree } from './source-tree.ts';
import { byBytes } from './tar-source.ts';

/** A folder of this machine as a build context: read where it is, and only what steps ask for. */
export class FolderSource implements SourceTree {
  readonly name: string;
  readonly #root: string;
  readonly #known: KnownDigests;
  readonly #ignored: IgnoreRules;

  /** @param root absolute. */
  constructor(root: string, known: KnownDigests, ignored: IgnoreRules) {
    this.name = 'the build context';
    this.#root = root;
    this.#known = known;
    this.#ignored = ignored;
  }

  async entry(path: string): Promise<SourceEntry | undefined> {
    const stats = await this.#stat(path);
    if (stats === undefined) return undefined;
    const type = typeOf(stats);
    if (path !== '' && (await this.#isLeftOut(path, type))) return undefined;
    return {
      path,
      type,
      mode: Number(stats.mode) & 0o7777,
      uid: Number(stats.uid),
      gid: Number(stats.gid),
      mtime: Math.floor(Number(stats.mtimeMs) / 1000),
      size: type === 'file' ? Number(stats.size) : 0,
      linkTarget: type === 'symlink' ? await readlink(this.#place(path)) : '',
    };
  }

  async names(directory: string): Promise<readonly string[]> {
    return (await readdir(this.#place(directory))).toSorted(byBytes);
  }

  async digest({ path }: SourceEntry): Promise<string> {
    const place = this.#place(path);
    const stats = await lstat(place, { bigint: true });
    const known = this.#known.of(place, stats);
    if (known !== undefined) return known;
    const hash = createHash('sha256');
    for await (const bytes of fileChunks({ path: place, offset: 0, size: Number(stats.size) })) hash.update(bytes);
    const digest = hash.digest('hex');
    this.#known.note(place, stats, digest);
    return digest;
  }

  /** As many bytes as the entry says, however the file changes meanwhile: a tar is read by counting. */
  async *open({ path, size }: SourceEntry): AsyncGenerator<Uint8Array> {
    await using file = await open(this.#place(path), constants.O_RDONLY | constants.O_NOFOLLOW);
    for (let at = 0; at < size;) {
      const chunk = Buffer.alloc(Math.min(size - at, 1024 * 1024));
      const { bytesRead } = await file.read(chunk, 0, chunk.length, at);
      const piece = bytesRead === 0 ? chunk : chunk.subarray(0, bytesRead);
      at += piece.length;
      yield piece;
    }
  }

  /** A directory that is left out is there all the same when something in it is kept. */
  async #isLeftOut(path: string, type: SourceEntry['type']): Promise<boolean> {
    if (!this.#ignored.excludes(path)) return false;
    if (type !== 'directory' || !this.#ignored.mayKeepBeneath(path)) return true;
    for (const name of await this.names(path)) if ((await this.entry(`${path}/${name}`)) !== undefined) return false;
    return true;
  }

  async #stat(path: string): Promise<BigIntStats | undefined> {
    try {
      return await lstat(this.#place(path), { bigint: true });
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw error;
    }
  }

  #place(path: string): string {
    return path === '' ? this.#root : `${this.#root}/${path}`;
  }
}

function typeOf(stats: BigIntStats): SourceEntry['type'] {
  if (stats.isFile()) return 'file';
  if (stats.isDirectory()) return 'directory';
  return stats.isSymbolicLink() ? 'symlink' : 'other';
}
