import { createHash } from 'node:crypto';
import { constants, lstatSync, readdirSync, readlinkSync, type BigIntStats } from 'node:fs';
import { open } from 'node:fs/promises';

import { isAbsent } from '#engine/archive/held-directory.ts';
import type { IgnoreRules } from '#engine/dockerfile/ignore-rules.ts';
import { fileChunks } from '#engine/layer/file-chunks.ts';

import type { KnownDigests } from './known-digests.ts';
import type { SourceEntry, SourceTree } from './source-tree.ts';
import { byBytes } from './tar-source.ts';

/**
 * A folder of this machine as a build context: read where it is, and only what steps ask for.
 *
 * Looked at by synchronous calls: a look takes three microseconds, and twenty times that by way of a thread. Files are
 * read asynchronously.
 */
export class FolderSource implements SourceTree {
  readonly name: string;
  readonly #root: string;
  readonly #known: KnownDigests;
  readonly #ignored: IgnoreRules;
  /** As they were first seen: a context stays as it is while it is built from. */
  readonly #stats = new Map<string, BigIntStats | undefined>();

  /** @param root absolute. */
  constructor(root: string, known: KnownDigests, ignored: IgnoreRules) {
    this.name = 'the build context';
    this.#root = root;
    this.#known = known;
    this.#ignored = ignored;
  }

  async entry(path: string): Promise<SourceEntry | undefined> {
    const stats = this.#stat(path);
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
      linkTarget: type === 'symlink' ? readlinkSync(this.#place(path)) : '',
    };
  }

  names(directory: string): Promise<readonly string[]> {
    return Promise.resolve(readdirSync(this.#place(directory)).toSorted(byBytes));
  }

  async digest({ path, size }: SourceEntry): Promise<string> {
    const place = this.#place(path);
    const stats = this.#stat(path);
    const known = stats && this.#known.of(place, stats);
    if (known !== undefined) return known;
    const hash = createHash('sha256');
    for await (const bytes of fileChunks({ path: place, offset: 0, size })) hash.update(bytes);
    const digest = hash.digest('hex');
    if (stats !== undefined) this.#known.note(place, stats, digest);
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

  #stat(path: string): BigIntStats | undefined {
    if (this.#stats.has(path)) return this.#stats.get(path);
    const stats = look(this.#place(path));
    this.#stats.set(path, stats);
    return stats;
  }

  #place(path: string): string {
    return path === '' ? this.#root : `${this.#root}/${path}`;
  }
}

function look(place: string): BigIntStats | undefined {
  try {
    return lstatSync(place, { bigint: true, throwIfNoEntry: false });
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

function typeOf(stats: BigIntStats): SourceEntry['type'] {
  if (stats.isFile()) return 'file';
  if (stats.isDirectory()) return 'directory';
  return stats.isSymbolicLink() ? 'symlink' : 'other';
}
