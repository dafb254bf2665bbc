import type { TreePage, TreeRow } from '#engine/contract/layer.ts';

/** One directory as far as it has been asked for: rows that are still on their way are undefined. */
export interface Directory {
  readonly rows: readonly (TreeRow | undefined)[];
}

export type Directories = Readonly<Record<string, Directory>>;

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

export const ROOT = '/';

/** The open directories as one list, in the order they are drawn. */
export function treeLines(directories: Directories, open: ReadonlySet<string>): readonly TreeLine[] {
  const lines: TreeLine[] = [];
  addLines({ directories, open, lines }, ROOT, 1);
  return lines;
}

interface Walk {
  readonly directories: Directories;
  readonly open: ReadonlySet<string>;
  readonly lines: TreeLine[];
}

function addLines(walk: Walk, parent: string, level: number): void {
  const rows = walk.directories[parent]?.rows ?? [];
  for (let index = 0; index < rows.length; index += 1) {
    const row = rows[index];
    const isOpen = row !== undefined && row.hasChildren && walk.open.has(row.path);
    const key = row?.path ?? `${parent} ${index}`;
    walk.lines.push({ key, row, level, isOpen, parent, index, siblings: rows.length });
    if (isOpen) addLines(walk, row.path, level + 1);
  }
}

/** How many changes a row stands for: its own, and those beneath it. */
export function changesOf(row: TreeRow): number {
  const { below } = row;
  const inside = below === undefined ? 0 : below.added + below.changed + below.metadata + below.removed;
  return inside + (row.change === 'unchanged' ? 0 : 1);
}

/** `/` for `/etc`, `/etc` for `/etc/passwd`. */
export function parentOf(path: string): string {
  return path.slice(0, Math.max(1, path.lastIndexOf('/')));
}

/** `/usr` and `/usr/bin` for `/usr/bin/env`: what must be open for it to be seen. */
export function directoriesAbove(path: string): readonly string[] {
  const above: string[] = [];
  for (let at = parentOf(path); at !== ROOT; at = parentOf(at)) above.unshift(at);
  return above;
}

/** What is known of a directory, with one more page of it. */
export function withPage(known: Directory | undefined, page: TreePage, offset: number): Directory {
  const rows: (TreeRow | undefined)[] = Array.from({ length: page.total }, (_, index) => known?.rows[index]);
  for (const [index, row] of page.rows.entries()) rows[offset + index] = row;
  return { rows };
}
