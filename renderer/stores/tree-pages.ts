import { type EngineError, toEngineError } from '#engine/contract/errors.ts';
import type { TreePage, TreeRow } from '#engine/contract/layer.ts';

import { type Directories, loadedRows, nearPages, PAGE, parentOf, rowAt, withPage } from './layer-tree-rows.ts';

/** The part of a tree that has been opened. */
export interface OpenedTree {
  readonly directories: Directories;
  readonly open: ReadonlySet<string>;
}

/** What is looked at of it. */
interface BrowsedTree extends OpenedTree {
  readonly selected: TreeRow | undefined;
}

/** Where a page begins. */
export interface PagePlace {
  readonly path: string;
  readonly offset: number;
}

interface TreeSource {
  readonly get: () => BrowsedTree;
  readonly set: (change: Partial<OpenedTree> & { readonly error?: EngineError }) => void;
  /** Asks for a page of what is shown now, `PAGE` rows at most; undefined while nothing is shown. */
  readonly page: (place: PagePlace, signal: AbortSignal) => Promise<TreePage> | undefined;
}

/** Opens and closes the directories of a tree, and asks for their rows page by page as they come into view. */
export class TreePages {
  readonly #source: TreeSource;
  readonly #asked = new Set<string>();
  #leaving = new AbortController();

  constructor(source: TreeSource) {
    this.#source = source;
  }

  /** Forgets what has been asked. @returns what fires when it is called again. */
  restart(): AbortSignal {
    this.#leaving.abort();
    this.#leaving = new AbortController();
    this.#asked.clear();
    return this.#leaving.signal;
  }

  /** Opens a directory that is closed, closes one that is open. */
  async toggle(path: string): Promise<void> {
    const { open, directories } = this.#source.get();
    if (open.has(path)) {
      this.#source.set({ open: new Set([...open].filter((other) => other !== path)) });
      return;
    }
    this.#source.set({ open: new Set([...open, path]) });
    if (directories[path] === undefined) await this.need(path, 0);
  }

  /** Loads the page of `path` that holds `index`, unless it is here or on its way. */
  async need(path: string, index: number): Promise<void> {
    const offset = index - (index % PAGE);
    const key = `${offset} ${path}`;
    const known = this.#source.get().directories[path];
    if ((known !== undefined && rowAt(known, index) !== undefined) || this.#asked.has(key)) return;
    const { signal } = this.#leaving;
    const asked = this.#source.page({ path, offset }, signal);
    if (asked === undefined) return;
    this.#asked.add(key);
    try {
      const page = await asked;
      signal.throwIfAborted();
      const { directories: now, open, selected } = this.#source.get();
      const isHeld = (row: TreeRow): boolean => open.has(row.path) || row.path === selected?.path;
      const directory = nearPages(withPage(now[path], page, offset), offset / PAGE, isHeld);
      this.#asked.delete(key);
      this.#source.set({ directories: { ...now, [path]: directory } });
    } catch (thrown) {
      if (signal.aborted) return;
      this.#asked.delete(key);
      this.#source.set({ error: toEngineError(thrown) });
    }
  }

  /** The row of a path, if its page is here. */
  find(path: string): TreeRow | undefined {
    const directory = this.#source.get().directories[parentOf(path)];
    for (const [, row] of directory === undefined ? [] : loadedRows(directory)) if (row.path === path) return row;
    return undefined;
  }
}
