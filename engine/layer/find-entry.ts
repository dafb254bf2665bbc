import { pathBytes } from '#engine/archive/path-text.ts';

import type { EntryIndex } from './entry-index.ts';

/** An entry of a stack. */
export interface FoundEntry {
  readonly index: EntryIndex;
  /** Its layer, base = 0. */
  readonly layer: number;
  readonly entry: number;
}

/** As many links as the kernel follows (path_resolution(7)). */
const MOST_LINKS = 40;

/**
 * What a path of the stack `0..to` leads to, symbolic links followed inside it; undefined when it leads nowhere.
 *
 * @param indexes one per layer, base first.
 * @param followLast whether a link at the end is followed too.
 */
export function findEntry(indexes: readonly EntryIndex[], path: string, followLast: boolean): FoundEntry | undefined {
  const walk = new Walk(indexes, path);
  while (walk.step(followLast));
  return walk.top;
}

/** A directory on the way: the entries that make it up, top first. */
type Level = readonly FoundEntry[];

class Walk {
  readonly #root: Level;
  /** From the root to where the walk is. */
  #levels: readonly Level[];
  #left: readonly string[];
  #links = 0;

  constructor(indexes: readonly EntryIndex[], path: string) {
    this.#root = rootOf(indexes);
    this.#levels = [this.#root];
    this.#left = split(path);
  }

  get top(): FoundEntry | undefined {
    return this.#levels.at(-1)?.[0];
  }

  /** One name further. @returns whether there is more to go. */
  step(followLast: boolean): boolean {
    const [name, ...rest] = this.#left;
    if (name === undefined) return false;
    this.#left = rest;
    if (name === '..') {
      this.#levels = this.#levels.length > 1 ? this.#levels.slice(0, -1) : this.#levels;
      return true;
    }
    const found = childOf(this.#levels.at(-1) ?? [], name);
    const [top] = found;
    if (top?.index.type(top.entry) === 'symlink' && (rest.length > 0 || followLast)) return this.#follow(top);
    this.#levels = [...this.#levels, found];
    return top !== undefined;
  }

  #follow({ index, entry }: FoundEntry): boolean {
    this.#links += 1;
    const target = index.linkTarget(entry) ?? '';
    if (this.#links > MOST_LINKS) {
      this.#levels = [];
      return false;
    }
    if (target.startsWith('/')) this.#levels = [this.#root];
    this.#left = [...split(target), ...this.#left];
    return true;
  }
}

function split(path: string): string[] {
  return path.split('/').filter((name) => name !== '' && name !== '.');
}

function rootOf(indexes: readonly EntryIndex[]): FoundEntry[] {
  return indexes.map((index, layer) => ({ index, layer, entry: 0 })).toReversed();
}

/** The entries that make up a child, top first: one, or of a directory all that show through. */
function childOf(parents: readonly FoundEntry[], name: string): FoundEntry[] {
  const found: FoundEntry[] = [];
  const bytes = pathBytes(name);
  for (const { index, layer, entry } of parents) {
    const child = index.childNamed(entry, bytes);
    if (child === undefined) continue;
    const type = index.type(child);
    if (type === 'whiteout') break;
    // Below a directory a file of the same name is hidden, and hides what is under it.
    if (type !== 'directory' && found.length > 0) break;
    found.push({ index, layer, entry: child });
    if (type !== 'directory' || index.isOpaque(child)) break;
  }
  return found;
}
