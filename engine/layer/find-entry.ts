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
  let left = split(path);
  let at: readonly FoundEntry[][] = [rootOf(indexes)];
  for (let links = 0; left.length > 0;) {
    const [name = '', ...rest] = left;
    left = rest;
    if (name === '..') {
      at = at.length > 1 ? at.slice(0, -1) : at;
      continue;
    }
    const found = childOf(at.at(-1) ?? [], name);
    const [top] = found;
    if (top === undefined) return undefined;
    if (top.index.type(top.entry) !== 'symlink' || (rest.length === 0 && !followLast)) {
      at = [...at, found];
      continue;
    }
    links += 1;
    const target = top.index.linkTarget(top.entry) ?? '';
    if (links > MOST_LINKS) return undefined;
    if (target.startsWith('/')) at = at.slice(0, 1);
    left = [...split(target), ...left];
  }
  return at.at(-1)?.[0];
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
  const bytes = Buffer.from(name);
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
