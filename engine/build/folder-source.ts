import { createHash } from 'node:crypto';
import {
  closeSync,
  constants,
  lstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
  type BigIntStats,
} from 'node:fs';
import { open } from 'node:fs/promises';

import { pathBytes, pathText } from '#engine/archive/path-text.ts';
import { isAbsent } from '#engine/archive/held-directory.ts';
import type { IgnoreRules } from '#engine/dockerfile/ignore-rules.ts';

import type { FileStamp, KnownDigests } from './known-digests.ts';
import type { SourceEntry, SourceTree } from './source-tree.ts';
import { byBytes } from './tar-source.ts';

/** Read at once: by way of threads, opening, reading and closing a small file takes ten times as long as its bytes do. */
const SMALL_BYTES = 64 * 1024;
/** Whatever has taken a file's place meanwhile, a link is not followed and a pipe not waited for. */
const READ_FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

interface Seen {
  readonly entry: SourceEntry;
  readonly stamp: FileStamp;
}

/**
 * A folder of this machine as a build context: read where it is, and only what steps ask for.
 *
 * Looked at by synchronous calls: a look takes three microseconds, and twenty times that by way of a thread. Large files
 * are read asynchronously.
 */
export class FolderSource implements SourceTree {
  readonly name: string;
  readonly #root: string;
  readonly #known: KnownDigests;
  readonly #ignored: IgnoreRules;
  /** As they were first seen: a context stays as it is while it is built from. */
  readonly #seen = new Map<string, Seen | undefined>();

  /** @param root absolute. */
  constructor(root: string, known: KnownDigests, ignored: IgnoreRules, name = 'the build context') {
    this.name = name;
    this.#root = root;
    this.#known = known;
    this.#ignored = ignored;
  }

  async entry(path: string): Promise<SourceEntry | undefined> {
    const entry = this.#look(path)?.entry;
    if (entry === undefined || path === '' || !(await this.#isLeftOut(path, entry.type))) return entry;
    return undefined;
  }

  names(directory: string): Promise<readonly string[]> {
    const names = readdirSync(pathBytes(this.#place(directory)), { encoding: 'buffer' });
    return Promise.resolve(names.map(pathText).toSorted(byBytes));
  }

  async digest(entry: SourceEntry): Promise<string> {
    const { path, size } = entry;
    const place = this.#place(path);
    const stamp = this.#look(path)?.stamp;
    const known = stamp && this.#known.of(place, stamp);
    if (known !== undefined) return known;
    const hash = createHash('sha256');
    if (size <= SMALL_BYTES) hash.update(readSmall(place, size));
    else for await (const bytes of this.open(entry)) hash.update(bytes);
    const digest = hash.digest('hex');
    if (stamp !== undefined) this.#known.note(place, stamp, digest);
    return digest;
  }

  /** As many bytes as the entry says, however the file changes meanwhile: a tar is read by counting. */
  async *open({ path, size }: SourceEntry): AsyncGenerator<Uint8Array> {
    if (size <= SMALL_BYTES) {
      const bytes = readSmall(this.#place(path), size);
      yield bytes;
      yield Buffer.alloc(size - bytes.length);
      return;
    }
    await using file = await open(pathBytes(this.#place(path)), READ_FLAGS);
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

  #look(path: string): Seen | undefined {
    if (this.#seen.has(path)) return this.#seen.get(path);
    const seen = look(path, this.#place(path));
    this.#seen.set(path, seen);
    return seen;
  }

  #place(path: string): string {
    return path === '' ? this.#root : `${this.#root}/${path}`;
  }
}

/** @returns what there is of as many bytes. */
function readSmall(place: string, size: number): Buffer {
  const bytes = Buffer.alloc(size);
  const file = openSync(pathBytes(place), READ_FLAGS);
  try {
    let filled = 0;
    for (;;) {
      const bytesRead = readSync(file, bytes, filled, size - filled, filled);
      filled += bytesRead;
      if (bytesRead === 0 || filled === size) return bytes.subarray(0, filled);
    }
  } finally {
    closeSync(file);
  }
}

function look(path: string, place: string): Seen | undefined {
  const stats = statsOf(place);
  if (stats === undefined) return undefined;
  const { dev, ino, size, mtimeNs, ctimeNs, ctimeMs } = stats;
  const type = typeOf(stats);
  const entry = {
    path,
    type,
    mode: Number(stats.mode) & 0o7777,
    uid: Number(stats.uid),
    gid: Number(stats.gid),
    mtime: Math.floor(Number(stats.mtimeMs) / 1000),
    size: type === 'file' ? Number(size) : 0,
    linkTarget: type === 'symlink' ? pathText(readlinkSync(pathBytes(place), { encoding: 'buffer' })) : '',
  };
  return { entry, stamp: { text: `${dev} ${ino} ${size} ${mtimeNs} ${ctimeNs}`, ctimeMs: Number(ctimeMs) } };
}

function statsOf(place: string): BigIntStats | undefined {
  try {
    return lstatSync(pathBytes(place), { bigint: true, throwIfNoEntry: false });
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
