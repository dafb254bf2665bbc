import type { SoughtRow, TreePage, TreeRow } from '#engine/contract/layer.ts';

/** Rows that are asked for at once. */
export const PAGE = 500;

/** One directory as far as it has been asked for: it may have a million rows, of which the pages that were in view are here. */
export interface Directory {
  readonly total: number;
  /** By number; each has `PAGE` rows but the last. */
  readonly pages: ReadonlyMap<number, readonly TreeRow[]>;
}

export type Directories = Readonly<Record<string, Directory>>;

export const ROOT = '/';

/** Undefined while it is on its way. */
export function rowAt({ pages }: Directory, index: number): TreeRow | undefined {
  return pages.get(Math.floor(index / PAGE))?.[index % PAGE];
}

/** Where a page begins; or which row it has. */
export interface PagePlace {
  readonly path: string;
  readonly offset: number;
  readonly sought?: SoughtRow;
}

/** Whether all of its rows are here. */
export function isWhole({ total, pages }: Directory): boolean {
  return pages.size === Math.ceil(total / PAGE);
}

/** Those that are here, in their order, with their places. */
export function* loadedRows({ pages }: Directory): Generator<readonly [number, TreeRow]> {
  for (const number of [...pages.keys()].toSorted((one, other) => one - other)) {
    for (const [at, row] of (pages.get(number) ?? []).entries()) yield [number * PAGE + at, row];
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

/** What is known of a directory, with one more page of it. @param offset a multiple of `PAGE`. */
export function withPage(known: Directory | undefined, page: TreePage, offset: number): Directory {
  const pages = new Map(known?.total === page.total ? known.pages : []);
  pages.set(offset / PAGE, page.rows);
  return { total: page.total, pages };
}

/** Pages of one directory that are kept: who scrolls through a million rows must not end up with all of them. */
const MOST_PAGES = 24;

/**
 * A directory without the pages that are furthest from one, if there are too many.
 * @param isHeld whether a row must stay here: what is open beneath it is drawn after it.
 */
export function nearPages(directory: Directory, page: number, isHeld: (row: TreeRow) => boolean): Directory {
  const { pages, total } = directory;
  if (pages.size <= MOST_PAGES) return directory;
  const byDistance = [...pages].toSorted(([one], [other]) => Math.abs(one - page) - Math.abs(other - page));
  return { total, pages: new Map(byDistance.filter(([, rows], place) => place < MOST_PAGES || rows.some(isHeld))) };
}
