import type { TreeRow } from '#engine/contract/layer.ts';

import { type Directories, type Directory, isWhole, loadedRows, parentOf, ROOT, rowAt } from './layer-tree-rows.ts';

/** A line of the tree as it is drawn. */
export interface TreeLine {
  /** Of the row, or of the place where one will be. */
  readonly key: string;
  readonly row: TreeRow | undefined;
  /** From 1, as ARIA counts. */
  readonly level: number;
  readonly isOpen: boolean;
  /** The directory it stands in, and where. */
  readonly parent: string;
  readonly index: number;
  readonly siblings: number;
}

/** An open directory's lines. */
interface Part {
  readonly path: string;
  readonly directory: Directory;
  readonly level: number;
  /** Its own rows, and all that is open beneath them. */
  readonly length: number;
  /** In the order of their rows. */
  readonly open: readonly OpenChild[];
}

interface OpenChild {
  /** Of its row among its siblings. */
  readonly index: number;
  /** Of its first line among its parent's; its row is the line before. */
  readonly start: number;
  readonly part: Part;
}

/**
 * The open directories as one list, in the order they are drawn. Only the lines that are asked for are made: one of a
 * million costs what one of ten does.
 */
export class TreeListing {
  readonly #root: Part;

  constructor(directories: Directories, open: ReadonlySet<string>) {
    const holders = new Set([...open].map(parentOf));
    this.#root = partOf({ directories, open, holders }, ROOT, 1);
  }

  get length(): number {
    return this.#root.length;
  }

  at(index: number): TreeLine | undefined {
    return index < 0 || index >= this.length ? undefined : lineAt(this.#root, index);
  }

  /** Of the row of a path, if it is drawn and here; otherwise -1. */
  indexOf(path: string): number {
    const found = path === ROOT ? undefined : this.#placeIn(parentOf(path));
    if (found === undefined) return -1;
    for (const [index, row] of loadedRows(found.part.directory)) {
      if (row.path === path) return found.start + lineOfRow(found.part, index);
    }
    return -1;
  }

  /** The rows that are here, with the lines that draw them, in their order. */
  loaded(): Generator<readonly [line: number, row: TreeRow]> {
    return loadedLines(this.#root, 0);
  }

  /** Directories that are drawn and whose rows are not all here, in their order. */
  get unfinished(): readonly string[] {
    return [...partsOf(this.#root)].filter(({ directory }) => !isWhole(directory)).map(({ path }) => path);
  }

  /** The part that draws what is in a directory, and which line is its first. */
  #placeIn(path: string): { readonly part: Part; readonly start: number } | undefined {
    if (path === ROOT) return { part: this.#root, start: 0 };
    const above = this.#placeIn(parentOf(path));
    const child = above?.part.open.find(({ part }) => part.path === path);
    return above === undefined || child === undefined
      ? undefined
      : { part: child.part, start: above.start + child.start };
  }
}

interface Shown {
  readonly directories: Directories;
  readonly open: ReadonlySet<string>;
  /** Directories that an open one stands in: in most trees few, and then most rows need not be looked at. */
  readonly holders: ReadonlySet<string>;
}

function partOf(shown: Shown, path: string, level: number): Part {
  const directory = shown.directories[path] ?? { total: 0, pages: new Map() };
  const open: OpenChild[] = [];
  let beneath = 0;
  for (const [index, row] of shown.holders.has(path) ? loadedRows(directory) : []) {
    if (!row.hasChildren || !shown.open.has(row.path)) continue;
    const part = partOf(shown, row.path, level + 1);
    open.push({ index, start: index + beneath + 1, part });
    beneath += part.length;
  }
  return { path, directory, level, length: directory.total + beneath, open };
}

function* partsOf(part: Part): Generator<Part> {
  yield part;
  for (const { part: child } of part.open) yield* partsOf(child);
}

/** The last of the open children whose row is at or before a line. */
function openBefore({ open }: Part, line: number): OpenChild | undefined {
  let [low, high] = [0, open.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((open[middle]?.start ?? 0) - 1 <= line) low = middle + 1;
    else high = middle;
  }
  return open[low - 1];
}

function lineAt(part: Part, line: number): TreeLine {
  const child = openBefore(part, line);
  if (child !== undefined && line >= child.start && line < child.start + child.part.length) {
    return lineAt(child.part, line - child.start);
  }
  const isOpen = child !== undefined && line === child.start - 1;
  const index =
    child === undefined ? line : isOpen ? child.index : child.index + 1 + line - child.start - child.part.length;
  const row = rowAt(part.directory, index);
  const { path: parent, level, directory } = part;
  return { key: row?.path ?? `${parent} ${index}`, row, level, isOpen, parent, index, siblings: directory.total };
}

function lineOfRow({ open }: Part, index: number): number {
  let line = index;
  for (const child of open) if (child.index < index) line += child.part.length;
  return line;
}

/** @param first line of the part. */
function* loadedLines(part: Part, first: number): Generator<readonly [line: number, row: TreeRow]> {
  const open = part.open.values();
  let child = open.next().value;
  let beneath = 0;
  for (const [index, row] of loadedRows(part.directory)) {
    yield [first + index + beneath, row];
    if (child?.index !== index) continue;
    yield* loadedLines(child.part, first + child.start);
    beneath += child.part.length;
    child = open.next().value;
  }
}
