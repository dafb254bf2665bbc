import { mkdir } from 'node:fs/promises';

import { EngineError } from '#engine/contract/errors.ts';

import type { HeldDirectory } from './held-directory.ts';
import { quoted } from './tar-entry.ts';

export interface ResolveOptions {
  /** Whether a link that the path ends in is followed, as it is anyway where the path ends in a slash. */
  readonly followLast: boolean;
  /** Makes the directories that are missing. */
  readonly make?: boolean;
}

/** As many as the kernel follows (path_resolution(7)). */
const MOST_LINKS = 40;

interface Level {
  readonly name: string;
  readonly directory: HeldDirectory;
}

/**
 * Where a path leads in a tree: a directory that is held, and a name in it, which may be nobody's. Without a name it is
 * the directory itself. Disposing lets go.
 */
export class Place implements AsyncDisposable {
  readonly directory: HeldDirectory;
  readonly name: string | undefined;
  /** Absolute, in the tree, without links. */
  readonly path: string;
  readonly #levels: readonly Level[];

  constructor(levels: readonly Level[], directory: HeldDirectory, name: string | undefined) {
    this.#levels = levels;
    this.directory = directory;
    this.name = name;
    const names = levels.map((level) => level.name).filter((part) => part !== '');
    this.path = `/${[...names, ...(name === undefined ? [] : [name])].join('/')}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { directory } of this.#levels) await directory[Symbol.asyncDispose]();
  }
}

/**
 * Follows a path as a process would whose root is `root`: absolute links begin there, and `..` ends there. Every step
 * goes from one held directory to the next, so that whoever renames or replaces things meanwhile leads nobody out.
 *
 * @throws EngineError `not-found` for what isn't there on the way, `invalid-argument` for what is no directory.
 */
export async function resolveBeneath(root: HeldDirectory, path: string, options: ResolveOptions): Promise<Place> {
  const walk = new Walk(path, options);
  try {
    await walk.begin(root);
    return await walk.toEnd();
  } catch (error) {
    await walk.giveUp();
    throw error;
  }
}

class Walk {
  readonly #path: string;
  readonly #options: ResolveOptions;
  readonly #levels: Level[] = [];
  #pending: string[];
  #links = 0;
  #endsInSlash: boolean;

  constructor(path: string, options: ResolveOptions) {
    if (path.includes('\0')) throw new EngineError('invalid-argument', `${quoted(path)} has a zero byte in it.`);
    this.#path = path;
    this.#options = options;
    this.#pending = wordsOf(path);
    this.#endsInSlash = /(^|\/)\.?$/.test(path);
  }

  async begin(root: HeldDirectory): Promise<void> {
    this.#levels.push({ name: '', directory: await root.again() });
  }

  async toEnd(): Promise<Place> {
    for (let name = this.#pending.shift(); name !== undefined; name = this.#pending.shift()) {
      const isEnd = name === '..' ? await this.#up() : await this.#step(name);
      if (isEnd) return new Place(this.#levels, this.#top, name);
    }
    return new Place(this.#levels, this.#top, undefined);
  }

  async giveUp(): Promise<void> {
    await this.#backTo(0);
  }

  /** @returns whether the path ends at this name. */
  async #step(name: string): Promise<boolean> {
    const isLast = this.#pending.length === 0;
    const goesOn = this.#options.followLast || this.#endsInSlash;
    if (isLast && !goesOn) return true;
    const stats = await this.#top.stat(name);
    if (stats === undefined) return this.#absent(name, isLast);
    if (stats.isSymbolicLink()) {
      await this.#follow(await this.#top.readlink(name));
      return false;
    }
    if (!stats.isDirectory()) {
      if (isLast && !this.#endsInSlash) return true;
      throw new EngineError('invalid-argument', `${quoted(this.#path)}: ${quoted(name)} is not a directory.`);
    }
    this.#levels.push({ name, directory: await this.#top.enter(name) });
    return false;
  }

  async #absent(name: string, isLast: boolean): Promise<boolean> {
    if (this.#options.make === true) {
      await mkdir(this.#top.place(name), { mode: 0o755 });
      this.#levels.push({ name, directory: await this.#top.enter(name) });
      return false;
    }
    if (isLast && !this.#endsInSlash) return true;
    throw new EngineError('not-found', `${quoted(this.#path)}: there is no ${quoted(name)}.`);
  }

  async #follow(target: string): Promise<void> {
    this.#links += 1;
    if (this.#links > MOST_LINKS) {
      throw new EngineError('invalid-argument', `${quoted(this.#path)} leads through too many links.`);
    }
    if (target.startsWith('/')) await this.#backTo(1);
    if (this.#pending.length === 0 && /(^|\/)\.?$/.test(target)) this.#endsInSlash = true;
    this.#pending = [...wordsOf(target), ...this.#pending];
  }

  async #up(): Promise<boolean> {
    await this.#backTo(Math.max(1, this.#levels.length - 1));
    return false;
  }

  async #backTo(depth: number): Promise<void> {
    for (const { directory } of this.#levels.splice(depth)) await directory[Symbol.asyncDispose]();
  }

  get #top(): HeldDirectory {
    const level = this.#levels.at(-1);
    if (level === undefined) throw new EngineError('internal', 'A walk through a tree has not begun.');
    return level.directory;
  }
}

function wordsOf(path: string): string[] {
  return path.split('/').filter((word) => word !== '' && word !== '.');
}
