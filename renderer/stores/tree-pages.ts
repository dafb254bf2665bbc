import { type EngineError, toEngineError } from '#engine/contract/errors.ts';
import type { SoughtRow, TreePage, TreeRow } from '#engine/contract/layer.ts';

import {
  type Directories,
  loadedRows,
  nearPages,
  PAGE,
  type PagePlace,
  parentOf,
  rowAt,
  withPage,
} from './layer-tree-rows.ts';

/** The part of a tree that has been opened. */
export interface OpenedTree {
  readonly directories: Directories;
  readonly open: ReadonlySet<string>;
}

/** What can be done with it, whatever it is a tree of. */
export interface TreeBrowsing {
  /** Opens a directory that is closed, closes one that is open. */
  readonly toggle: (path: string) => Promise<void>;
  /** Loads the page of `path` that holds `index`, unless it is here or on its way. @returns the row there, if there is one. */
  readonly need: (path: string, index: number) => Promise<TreeRow | undefined>;
  /** Loads the page with the next row of `path` that is called so. @returns the row; undefined when none is. */
  readonly seek: (path: string, sought: SoughtRow) => Promise<TreeRow | undefined>;
}

/** What is looked at of it. */
interface BrowsedTree extends OpenedTree {
  readonly selected: TreeRow | undefined;
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
  /** By their offsets and paths. */
  #loading = new Map<string, Promise<void>>();
  #leaving = new AbortController();

  constructor(source: TreeSource) {
    this.#source = source;
  }

  /** Forgets what has been asked. @returns what fires when it is called again. */
  restart(): AbortSignal {
    this.#leaving.abort();
    this.#leaving = new AbortController();
    this.#loading = new Map();
    return this.#leaving.signal;
  }

  get browsing(): TreeBrowsing {
    return {
      toggle: (path) => this.toggle(path),
      need: (path, index) => this.need(path, index),
      seek: (path, sought) => this.seek(path, sought),
    };
  }

  async toggle(path: string): Promise<void> {
    const { open, directories } = this.#source.get();
    if (open.has(path)) {
      this.#source.set({ open: new Set([...open].filter((other) => other !== path)) });
      return;
    }
    this.#source.set({ open: new Set([...open, path]) });
    if (directories[path] === undefined) await this.need(path, 0);
  }

  async need(path: string, index: number): Promise<TreeRow | undefined> {
    const known = this.#row(path, index);
    if (known !== undefined) return known;
    const offset = index - (index % PAGE);
    const key = `${offset} ${path}`;
    const asked = this.#loading;
    const loading = asked.get(key) ?? this.#load(path, offset).finally(() => asked.delete(key));
    asked.set(key, loading);
    await loading;
    return this.#row(path, index);
  }

  #row(path: string, index: number): TreeRow | undefined {
    const directory = this.#source.get().directories[path];
    return directory === undefined ? undefined : rowAt(directory, index);
  }

  async #load(path: string, offset: number): Promise<void> {
    const { signal } = this.#leaving;
    try {
      const page = await this.#source.page({ path, offset }, signal);
      signal.throwIfAborted();
      if (page !== undefined) this.#keep(path, page, offset);
    } catch (thrown) {
      if (!signal.aborted) this.#source.set({ error: toEngineError(thrown) });
    }
  }

  async seek(path: string, sought: SoughtRow): Promise<TreeRow | undefined> {
    const { signal } = this.#leaving;
    try {
      const page = await this.#source.page({ path, offset: 0, sought }, signal);
      signal.throwIfAborted();
      if (page?.found === undefined) return undefined;
      const place = page.found % PAGE;
      this.#keep(path, page, page.found - place);
      return page.rows[place];
    } catch (thrown) {
      if (!signal.aborted) this.#source.set({ error: toEngineError(thrown) });
      return undefined;
    }
  }

  #keep(path: string, page: TreePage, offset: number): void {
    const { directories, open, selected } = this.#source.get();
    const isHeld = (row: TreeRow): boolean => open.has(row.path) || row.path === selected?.path;
    const directory = nearPages(withPage(directories[path], page, offset), offset / PAGE, isHeld);
    this.#source.set({ directories: { ...directories, [path]: directory } });
  }

  /** The row of a path, if its page is here. */
  find(path: string): TreeRow | undefined {
    const directory = this.#source.get().directories[parentOf(path)];
    for (const [, row] of directory === undefined ? [] : loadedRows(directory)) if (row.path === path) return row;
    return undefined;
  }
}
