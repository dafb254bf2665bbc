import { createHash, type Hash } from 'node:crypto';
import { open } from 'node:fs/promises';

import { decompressed } from '#engine/archive/decompress.ts';
import { entryPath } from '#engine/archive/entry-path.ts';
import { readTar } from '#engine/archive/read-tar.ts';
import type { TarEntry } from '#engine/archive/tar-entry.ts';
import { EngineError } from '#engine/contract/errors.ts';
import { fileChunks } from '#engine/layer/file-chunks.ts';

import { keptPaths } from './kept-paths.ts';
import type { SourceEntry, SourceTree } from './source-tree.ts';

interface Stored {
  readonly entry: SourceEntry;
  /** Where its bytes begin in the tar. */
  readonly offset: number;
  digest: string;
}

interface TarReception {
  /** For sentences. */
  readonly name: string;
  /** A path where there is nothing yet. */
  readonly spool: string;
  /** Whether extended attributes are taken along. */
  readonly hasAttributes: boolean;
  readonly signal: AbortSignal;
}

const DIRECTORY_MODE = 0o755;

/** Entries that a context may have: each takes some memory. */
const MOST_ENTRIES = 2_000_000;

/**
 * A build context as a client sends it. It stays the tar that it is, in one file, with its entries and their digests in
 * memory: nothing is unpacked, and whatever it holds, nothing of it ever gets a path on the machine.
 */
export class TarSource implements SourceTree {
  readonly name: string;
  readonly #spool: string;
  readonly #entries = new Map<string, Stored>();
  readonly #names = new Map<string, Set<string>>();
  readonly #hasAttributes: boolean;

  private constructor({ name, spool, hasAttributes }: Pick<TarReception, 'name' | 'spool' | 'hasAttributes'>) {
    this.name = name;
    this.#spool = spool;
    this.#hasAttributes = hasAttributes;
    this.#put({ type: 'directory', path: '', mode: DIRECTORY_MODE });
  }

  /** @throws EngineError `corrupt` for a damaged or climbing archive. */
  static async receive(source: AsyncIterable<Uint8Array>, { signal, ...reception }: TarReception): Promise<TarSource> {
    const tree = new TarSource(reception);
    await using file = await open(reception.spool, 'wx', 0o600);
    async function* kept(): AsyncGenerator<Uint8Array> {
      for await (const bytes of decompressed(source)) {
        signal.throwIfAborted();
        await file.writeFile(bytes);
        yield bytes;
      }
    }
    let stored: Stored | undefined;
    let hash: Hash | undefined;
    for await (const part of readTar(kept())) {
      if (part.kind === 'entry') {
        stored = tree.#add(part.entry);
        hash = createHash('sha256');
      } else if (part.kind === 'data') hash?.update(part.bytes);
      else if (stored !== undefined && hash !== undefined) stored.digest = hash.digest('hex');
    }
    return tree;
  }

  entry(path: string): Promise<SourceEntry | undefined> {
    return Promise.resolve(this.#entries.get(path)?.entry);
  }

  names(directory: string): Promise<readonly string[]> {
    return Promise.resolve([...(this.#names.get(directory) ?? [])].toSorted(byBytes));
  }

  digest({ path }: SourceEntry): Promise<string> {
    return Promise.resolve(this.#entries.get(path)?.digest ?? '');
  }

  async *open({ path, size }: SourceEntry): AsyncGenerator<Uint8Array> {
    const stored = this.#entries.get(path);
    if (stored !== undefined) yield* fileChunks({ path: this.#spool, offset: stored.offset, size });
  }

  /** What a context leaves out, as if it hadn't been sent; directories stay where something in them does. */
  drop(isLeftOut: (path: string) => boolean): void {
    const kept = keptPaths(this.#entries.keys(), isLeftOut);
    for (const path of this.#entries.keys()) {
      if (kept.has(path)) continue;
      this.#entries.delete(path);
      const slash = path.lastIndexOf('/');
      this.#names.get(path.slice(0, Math.max(0, slash)))?.delete(path.slice(slash + 1));
    }
  }

  #add(entry: TarEntry): Stored | undefined {
    const path = entryPath(entry.name.replace(/^\/+/, './')).join('/');
    const { mode, uid, gid, mtime, size } = entry;
    const attributes = [...entry.xattrs].map(([key, value]) => [key, value.toString('base64')] as const);
    const xattrs = attributes.length === 0 || !this.#hasAttributes ? {} : { xattrs: Object.fromEntries(attributes) };
    const common = { path, mode, uid, gid, mtime, ...xattrs };
    if (entry.type === 'hardlink') return this.#link(entry, path);
    if (entry.type === 'file' && entry.dataOffset === undefined) throw isSparse(path, this.name);
    if (entry.type === 'file') return this.#put({ ...common, type: 'file', size }, entry.dataOffset);
    if (entry.type === 'symlink') return this.#put({ ...common, type: 'symlink', linkTarget: entry.linkName });
    return this.#put({ ...common, type: entry.type === 'directory' ? 'directory' : 'other' });
  }

  #link({ linkName }: TarEntry, path: string): Stored {
    const target = this.#entries.get(entryPath(linkName.replace(/^\/+/, './')).join('/'));
    if (target === undefined) {
      throw new EngineError('corrupt', `${path} in ${this.name} is a hard link to something that isn't there`);
    }
    const stored = this.#put({ ...target.entry, path }, target.offset);
    stored.digest = target.digest;
    return stored;
  }

  #put(known: Partial<SourceEntry> & Pick<SourceEntry, 'path' | 'type'>, offset = 0): Stored {
    if (this.#entries.size >= MOST_ENTRIES) {
      throw new EngineError(
        'too-large',
        `${this.name} has more than ${MOST_ENTRIES} files; leave some out by .dockerignore.`,
      );
    }
    const entry = { mode: DIRECTORY_MODE, uid: 0, gid: 0, mtime: 0, size: 0, linkTarget: '', ...known };
    const stored = { entry, offset, digest: '' };
    this.#entries.set(entry.path, stored);
    if (entry.path !== '') this.#enlist(entry.path);
    return stored;
  }

  /** With the directories above it that nobody mentions. */
  #enlist(path: string): void {
    const slash = path.lastIndexOf('/');
    const parent = path.slice(0, Math.max(0, slash));
    if (this.#entries.get(parent)?.entry.type !== 'directory') this.#put({ type: 'directory', path: parent });
    const names = this.#names.get(parent) ?? new Set();
    names.add(path.slice(slash + 1));
    this.#names.set(parent, names);
  }
}

/** Where the order of UTF-16's units is not that of UTF-8's bytes. */
const BEYOND = /[\ud800-\uffff]/;

/** The order of names by their bytes. */
export function byBytes(one: string, other: string): number {
  if (BEYOND.test(one) || BEYOND.test(other)) return Buffer.compare(Buffer.from(one), Buffer.from(other));
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

/** Files are read from the tar where they lie, and such a one lies in pieces. */
function isSparse(path: string, name: string): EngineError {
  return new EngineError(
    'unsupported',
    `${path} in ${name} is stored as a sparse file, which no context can have; make the archive without --sparse`,
  );
}
