import { posix } from 'node:path';

import { DockerfileError } from '#engine/dockerfile/problem.ts';

import type { PlanMemory } from './plan-memory.ts';

/** One thing in a tree that steps copy from. */
export interface SourceEntry {
  /** From the tree's root, without a slash at either end; the root is empty. */
  readonly path: string;
  readonly type: 'file' | 'directory' | 'symlink' | 'other';
  /** Permission bits with setuid, setgid and sticky. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Unix seconds. */
  readonly mtime: number;
  /** Bytes of a file. */
  readonly size: number;
  /** Of a symlink. */
  readonly linkTarget: string;
  /** Extended attributes (xattr(7)), values in base64; absent of what has none. */
  readonly xattrs?: Readonly<Record<string, string>>;
}

/** What COPY, ADD and `RUN --mount=type=bind` read: a build context, a stage, an image. It stays as it is meanwhile. */
export interface SourceTree {
  /** For sentences: `the build context`, `stage build`. */
  readonly name: string;
  /** No link is followed, and none may be in `path`. Undefined for what isn't there or is left out. */
  entry(path: string): Promise<SourceEntry | undefined>;
  /** Names in a directory, in the order of their bytes. */
  names(directory: string): Promise<readonly string[]>;
  /** sha256 of a file's bytes, in hex. */
  digest(file: SourceEntry): Promise<string>;
  open(file: SourceEntry): AsyncIterable<Uint8Array>;
  /** Whether something was read that is no longer what it was when it was looked at; absent where that can't be. */
  readonly hasChanged?: boolean;
  /** What was planned of it before, where its entries are the same objects for as long as they are the same. */
  readonly plans?: PlanMemory;
}

/** As many links as the kernel follows (path_resolution(7)). */
const MOST_LINKS = 40;

/** What a path leads to, links followed within the tree only; undefined when it leads nowhere. */
export async function resolveSource(tree: SourceTree, path: string): Promise<SourceEntry | undefined> {
  const walk = new SourceWalk(tree, path);
  while (await walk.step());
  return walk.found;
}

class SourceWalk {
  readonly #tree: SourceTree;
  #left: readonly string[];
  #at: string | undefined = '';
  #links = 0;

  constructor(tree: SourceTree, path: string) {
    this.#tree = tree;
    this.#left = partsOf(path);
  }

  get found(): Promise<SourceEntry | undefined> {
    return this.#at === undefined ? Promise.resolve(undefined) : this.#tree.entry(this.#at);
  }

  /** One name further. @returns whether there is more to go. */
  async step(): Promise<boolean> {
    const [name, ...rest] = this.#left;
    const at = this.#at;
    if (name === undefined || at === undefined) return false;
    this.#left = rest;
    if (name === '..') this.#at = parentOf(at);
    else this.#enter(await this.#tree.entry(at === '' ? name : `${at}/${name}`));
    return true;
  }

  #enter(entry: SourceEntry | undefined): void {
    if (entry?.type !== 'symlink') {
      this.#at = entry?.path;
      return;
    }
    this.#links += 1;
    if (this.#links > MOST_LINKS) this.#at = undefined;
    else if (entry.linkTarget.startsWith('/')) this.#at = '';
    this.#left = [...partsOf(entry.linkTarget), ...this.#left];
  }
}

/** Everything beneath a directory and the directory itself, parents first, in the order of the names. */
export async function* walkSource(tree: SourceTree, directory: SourceEntry): AsyncGenerator<SourceEntry> {
  yield directory;
  for (const name of await tree.names(directory.path)) {
    const entry = await tree.entry(directory.path === '' ? name : `${directory.path}/${name}`);
    if (entry?.type === 'directory') yield* walkSource(tree, entry);
    else if (entry !== undefined) yield entry;
  }
}

/** `./a//b/` is `a`, `b`. */
export function partsOf(path: string): readonly string[] {
  return path.split('/').filter((part) => part !== '' && part !== '.');
}

/** `a`, `a/b` of `a/b/c`. */
export function directoriesAbove(path: string): readonly string[] {
  const parts = partsOf(path);
  return parts.slice(1).map((_, at) => parts.slice(0, at + 1).join('/'));
}

function parentOf(path: string): string {
  return path.includes('/') ? posix.dirname(path) : '';
}

/** In Docker's words. */
export function missingSource(path: string, tree: SourceTree): DockerfileError {
  return new DockerfileError(`"/${partsOf(path).join('/')}": not found in ${tree.name}`);
}
