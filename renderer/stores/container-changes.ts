import { createStore, type StoreApi } from 'zustand/vanilla';

import type { EngineClient } from '#engine/contract/client.ts';
import { type EngineError, toEngineError } from '#engine/contract/errors.ts';
import type { FileDiff } from '#engine/contract/file-diff.ts';
import type { Answer } from '#engine/contract/methods.ts';
import type { FilePreview, RangeSummary, TreePage, TreeRow } from '#engine/contract/layer.ts';

import { type Directories, type Directory, PAGE, type PagePlace, ROOT, withPage } from './layer-tree-rows.ts';
import { openFew } from './open-few.ts';
import { type TreeBrowsing, TreePages } from './tree-pages.ts';

export interface ChangedFile extends Answer<'containers.previewChange'> {
  /** Of two texts that can be compared. */
  readonly diff?: FileDiff;
}

export type ChangePreview =
  | { readonly status: 'loading' }
  | { readonly status: 'shown'; readonly file: ChangedFile }
  | { readonly status: 'failed'; readonly error: EngineError };

/** What one container changed in its own layer, as far as it has been opened. */
export interface ContainerChangesState extends TreeBrowsing {
  readonly id: string | undefined;
  /** By path, as of the last look. */
  readonly directories: Directories;
  readonly open: ReadonlySet<string>;
  readonly summary: RangeSummary | undefined;
  readonly error: EngineError | undefined;
  readonly isLoading: boolean;
  readonly selected: TreeRow | undefined;
  readonly preview: ChangePreview | undefined;

  /** Looks anew; what was open stays open. */
  readonly look: (id: string) => Promise<void>;
  readonly select: (row: TreeRow | undefined) => Promise<void>;
}

export type ContainerChangesStore = StoreApi<ContainerChangesState>;

const nothing = {
  directories: {},
  open: new Set<string>(),
  summary: undefined,
  error: undefined,
  isLoading: false,
  selected: undefined,
  preview: undefined,
} as const;

export function createContainerChangesStore(engine: EngineClient): ContainerChangesStore {
  return createStore<ContainerChangesState>()((set, get) => {
    const changes = new Changes(engine, { set, get });
    return {
      id: undefined,
      ...nothing,
      ...changes.browsing,
      look: (id) => changes.look(id),
      select: (row) => changes.select(row),
    };
  });
}

interface Parts {
  readonly set: (change: Partial<ContainerChangesState>) => void;
  readonly get: () => ContainerChangesState;
}

class Changes {
  readonly #engine: EngineClient;
  readonly #parts: Parts;
  readonly #pages: TreePages;
  #previewing = new AbortController();

  constructor(engine: EngineClient, parts: Parts) {
    this.#engine = engine;
    this.#parts = parts;
    this.#pages = new TreePages({
      ...parts,
      page: (place, signal) => {
        const { id } = parts.get();
        return id === undefined ? undefined : this.#page({ id, ...place }, signal);
      },
    });
  }

  async look(id: string): Promise<void> {
    const signal = this.#pages.restart();
    const before = this.#parts.get();
    const isSame = before.id === id;
    this.#parts.set({ ...(isSame ? {} : nothing), id, isLoading: true, error: undefined });
    try {
      const summary = await this.#engine.call('containers.scanChanges', { id }, signal);
      const loaded = await this.#load(id, isSame ? before.open : undefined, signal);
      signal.throwIfAborted();
      this.#parts.set({ summary, ...loaded, isLoading: false });
      await this.#selectAgain();
    } catch (thrown) {
      if (!signal.aborted) this.#parts.set({ error: toEngineError(thrown), isLoading: false });
    }
  }

  get browsing(): TreeBrowsing {
    return this.#pages.browsing;
  }

  async select(row: TreeRow | undefined): Promise<void> {
    this.#previewing.abort();
    this.#previewing = new AbortController();
    const { signal } = this.#previewing;
    const { id, selected } = this.#parts.get();
    if (id === undefined || row === undefined || !['file', 'symlink', 'hardlink'].includes(row.type)) {
      this.#parts.set({ selected: row, preview: undefined });
      return;
    }
    const isSame = selected?.path === row.path;
    this.#parts.set({ selected: row, ...(isSame ? {} : { preview: { status: 'loading' } }) });
    try {
      const file = await this.#engine.call('containers.previewChange', { id, path: row.path }, signal);
      const diff = await this.#diff(file, { id, path: row.path }, signal);
      signal.throwIfAborted();
      this.#parts.set({ preview: { status: 'shown', file: { ...file, ...(diff === undefined ? {} : { diff }) } } });
    } catch (thrown) {
      if (!signal.aborted) this.#parts.set({ preview: { status: 'failed', error: toEngineError(thrown) } });
    }
  }

  async #diff(
    { now, before }: ChangedFile,
    file: { readonly id: string; readonly path: string },
    signal: AbortSignal,
  ): Promise<FileDiff | undefined> {
    if (now === undefined || before === undefined || ![now, before].every(isText)) return undefined;
    const versions = { before: { kind: 'container-began', ...file }, now: { kind: 'container', ...file } } as const;
    return this.#engine.call('inspect.fileDiff', versions, signal);
  }

  /** The root and what is open; at the first look, few changes stand open. */
  async #load(
    id: string,
    open: ReadonlySet<string> | undefined,
    signal: AbortSignal,
  ): Promise<Pick<ContainerChangesState, 'directories' | 'open'>> {
    const first = (path: string): Promise<TreePage> => this.#page({ id, path, offset: 0 }, signal);
    const root = withPage(undefined, await first(ROOT), 0);
    if (open === undefined) return openFew(root, first);
    const directories: Record<string, Directory> = { [ROOT]: root };
    for (const path of open) {
      const page = await first(path).catch(orGone);
      if (page !== undefined) directories[path] = withPage(undefined, page, 0);
    }
    return { directories, open: new Set([...open].filter((path) => directories[path] !== undefined)) };
  }

  async #selectAgain(): Promise<void> {
    const { selected } = this.#parts.get();
    if (selected !== undefined) await this.select(this.#pages.find(selected.path));
  }

  #page(place: PagePlace & { readonly id: string }, signal: AbortSignal): Promise<TreePage> {
    return this.#engine.call('containers.changes', { ...place, limit: PAGE }, signal);
  }
}

function isText({ kind }: FilePreview): boolean {
  return kind === 'text' || kind === 'empty';
}

/** A directory in which nothing is changed any more is no part of the tree. */
function orGone(thrown: unknown): undefined {
  if (toEngineError(thrown).code !== 'not-found') throw thrown;
}
