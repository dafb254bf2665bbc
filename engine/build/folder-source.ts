import { createHash } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
  type Stats,
} from 'node:fs';
import { open } from 'node:fs/promises';

import { isAbsent } from '#engine/archive/held-directory.ts';
import { onDisk, pathText } from '#engine/archive/path-text.ts';
import type { IgnoreRules } from '#engine/dockerfile/ignore-rules.ts';

import { isSame, type FolderMemory, type Seen } from './folder-memory.ts';
import type { PlanMemory } from './plan-memory.ts';
import { missingSource, type SourceEntry, type SourceTree } from './source-tree.ts';
import { byBytes } from './tar-source.ts';

/** Read at once: by way of threads, opening, reading and closing a small file takes ten times as long as its bytes do. */
const SMALL_BYTES = 64 * 1024;
const LARGE_CHUNK_BYTES = 1024 * 1024;
/** Whatever has taken a file's place meanwhile, a link is not followed and a pipe not waited for. */
const READ_FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
/** An inode that changed this short a time ago may change once more without its clock showing it. */
const SETTLED_MS = 2000;

/**
 * A folder of this machine as a build context: read where it is, and only what steps ask for.
 *
 * Looked at by synchronous calls: a look takes two microseconds, and twenty times that by way of a thread. Large files
 * are read asynchronously.
 */
export class FolderSource implements SourceTree {
  readonly name: string;
  readonly #memory: FolderMemory;
  readonly #ignored: IgnoreRules;
  /** As they were first seen: a context stays as it is while it is built from. */
  readonly #seen = new Map<string, Seen | undefined>();
  readonly #begun: number;

  constructor(memory: FolderMemory, ignored: IgnoreRules, name = 'the build context') {
    this.name = name;
    this.#memory = memory;
    this.#ignored = ignored;
    this.#begun = memory.changes;
  }

  get plans(): PlanMemory {
    return this.#memory.plans;
  }

  async entry(path: string): Promise<SourceEntry | undefined> {
    const entry = this.#look(path)?.entry;
    if (entry === undefined || path === '' || !(await this.#isLeftOut(path, entry.type))) return entry;
    return undefined;
  }

  names(directory: string): Promise<readonly string[]> {
    const seen = this.#look(directory);
    const names = seen?.names ?? namesIn(this.#place(directory));
    if (seen !== undefined) seen.names = names;
    return Promise.resolve(names);
  }

  get hasChanged(): boolean {
    return this.#memory.changes !== this.#begun;
  }

  async digest({ path }: SourceEntry): Promise<string> {
    const seen = this.#look(path);
    if (seen === undefined) throw missingSource(path, this);
    return (seen.digest ??= await this.#digestOf(seen));
  }

  /** As many bytes as the entry says, however the file changes meanwhile: a tar is read by counting. */
  async *open({ path }: SourceEntry): AsyncGenerator<Uint8Array> {
    const seen = this.#look(path);
    if (seen === undefined) throw missingSource(path, this);
    const hash = seen.isSettled || seen.digest === undefined ? undefined : createHash('sha256');
    for await (const bytes of this.#read(seen)) {
      hash?.update(bytes);
      yield bytes;
    }
    if (hash !== undefined && hash.digest('hex') !== seen.digest) this.#memory.changes += 1;
  }

  async #digestOf(seen: Seen): Promise<string> {
    const { digests } = this.#memory;
    const place = this.#place(seen.entry.path);
    const known = seen.isSettled ? digests.of(place, seen.stats) : undefined;
    if (known !== undefined) return known;
    const hash = createHash('sha256');
    for await (const bytes of this.#read(seen)) hash.update(bytes);
    const digest = hash.digest('hex');
    if (seen.isSettled && !this.hasChanged) digests.note(place, seen.stats, digest);
    return digest;
  }

  async *#read({ entry: { path, size }, stats }: Seen): AsyncGenerator<Uint8Array> {
    const place = onDisk(this.#place(path));
    if (size <= SMALL_BYTES) {
      const { bytes, isAsSeen } = readSmall(place, stats);
      if (!isAsSeen) this.#memory.changes += 1;
      yield bytes;
      return;
    }
    await using file = await open(place, READ_FLAGS);
    for (let at = 0; at < size;) {
      const chunk = Buffer.alloc(Math.min(size - at, LARGE_CHUNK_BYTES));
      const { bytesRead } = await file.read(chunk, 0, chunk.length, at);
      const piece = bytesRead === 0 ? chunk : chunk.subarray(0, bytesRead);
      at += piece.length;
      yield piece;
    }
    if (!isSame(stats, await file.stat())) this.#memory.changes += 1;
  }

  /** A directory that is left out is there all the same when something in it is kept. */
  async #isLeftOut(path: string, type: SourceEntry['type']): Promise<boolean> {
    if (!this.#ignored.excludes(path)) return false;
    if (type !== 'directory' || !this.#ignored.mayKeepBeneath(path)) return true;
    for (const name of await this.names(path)) if ((await this.entry(`${path}/${name}`)) !== undefined) return false;
    return true;
  }

  #look(path: string): Seen | undefined {
    const known = this.#seen.get(path);
    if (known !== undefined || this.#seen.has(path)) return known;
    const seen = this.#lookAgain(path);
    this.#seen.set(path, seen);
    return seen;
  }

  #lookAgain(path: string): Seen | undefined {
    const place = this.#place(path);
    const stats = statsOf(place);
    if (stats === undefined) return undefined;
    const known = this.#memory.find(path, stats);
    if (known !== undefined) return known;
    const seen = { entry: entryOf(path, place, stats), stats, isSettled: Date.now() - stats.ctimeMs >= SETTLED_MS };
    this.#memory.note(path, seen);
    return seen;
  }

  #place(path: string): string {
    return path === '' ? this.#memory.root : `${this.#memory.root}/${path}`;
  }
}

/** Bytes beyond ASCII are what needs a second look. */
const BEYOND_ASCII = /[\u0080-\u00ff]/;

function namesIn(place: string): readonly string[] {
  const names = readdirSync(onDisk(place), { encoding: 'latin1' });
  return names
    .map((name) => (BEYOND_ASCII.test(name) ? pathText(Buffer.from(name, 'latin1')) : name))
    .toSorted(byBytes);
}

/** As many bytes as `stats` say, and whether the file is still the one that they are of. */
function readSmall(place: Buffer | string, stats: Stats): { readonly bytes: Buffer; readonly isAsSeen: boolean } {
  const bytes = Buffer.alloc(stats.size);
  const file = openSync(place, READ_FLAGS);
  try {
    for (let filled = 0; filled < bytes.length;) {
      const bytesRead = readSync(file, bytes, filled, bytes.length - filled, filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return { bytes, isAsSeen: isSame(stats, fstatSync(file)) };
  } finally {
    closeSync(file);
  }
}

function entryOf(path: string, place: string, stats: Stats): SourceEntry {
  const type = typeOf(stats);
  return {
    path,
    type,
    mode: stats.mode & 0o7777,
    uid: stats.uid,
    gid: stats.gid,
    mtime: Math.floor(stats.mtimeMs / 1000),
    size: type === 'file' ? stats.size : 0,
    linkTarget: type === 'symlink' ? pathText(readlinkSync(onDisk(place), { encoding: 'buffer' })) : '',
  };
}

function statsOf(place: string): Stats | undefined {
  try {
    return lstatSync(onDisk(place), { throwIfNoEntry: false });
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

function typeOf(stats: Stats): SourceEntry['type'] {
  if (stats.isFile()) return 'file';
  if (stats.isDirectory()) return 'directory';
  return stats.isSymbolicLink() ? 'symlink' : 'other';
}
