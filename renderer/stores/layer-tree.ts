import { createStore, type StoreApi } from 'zustand/vanilla';

import type { EngineClient } from '#engine/contract/client.ts';
import { type EngineError, toEngineError } from '#engine/contract/errors.ts';
import type {
  EntryChange,
  FilePreview,
  LayerRange,
  RangeSummary,
  TreePage,
  TreeRow,
  TreeSort,
} from '#engine/contract/layer.ts';
import type { ImageBase } from '#engine/contract/timeline.ts';

import {
  type Directories,
  type Directory,
  directoriesAbove,
  PAGE,
  type PagePlace,
  ROOT,
  withPage,
} from './layer-tree-rows.ts';
import { openFew } from './open-few.ts';
import { type TreeBrowsing, TreePages } from './tree-pages.ts';

export interface TreeView extends LayerRange {
  readonly changedOnly: boolean;
  /** The kinds of changes that are shown; before `changedOnly`. */
  readonly changes?: EntryChange[];
  readonly sort?: TreeSort;
}

export type PreviewState =
  | { readonly status: 'loading' }
  | { readonly status: 'shown'; readonly preview: FilePreview }
  | { readonly status: 'failed'; readonly error: EngineError };

/** The file tree of a range of layers, as far as it has been opened. */
export interface LayerTreeState extends TreeBrowsing {
  readonly view: TreeView | undefined;
  /** By path. Of the view before, until the new one has arrived: a tree that is scrubbed through does not flicker. */
  readonly directories: Directories;
  readonly open: ReadonlySet<string>;
  readonly summary: RangeSummary | undefined;
  /** What the image was built on, where that can be told. */
  readonly base: ImageBase | undefined;
  readonly error: EngineError | undefined;
  readonly isLoading: boolean;
  readonly selected: TreeRow | undefined;
  readonly preview: PreviewState | undefined;

  readonly show: (view: TreeView) => Promise<void>;
  readonly select: (row: TreeRow | undefined) => Promise<void>;
  /** Opens what a path stands in, and chooses it. */
  readonly reveal: (path: string) => Promise<void>;
}

export type LayerTreeStore = StoreApi<LayerTreeState>;

export function createLayerTreeStore(engine: EngineClient): LayerTreeStore {
  return createStore<LayerTreeState>()((set, get) => {
    const tree = new Tree(engine, { set, get });
    return {
      view: undefined,
      directories: {},
      open: new Set(),
      summary: undefined,
      base: undefined,
      error: undefined,
      isLoading: false,
      selected: undefined,
      preview: undefined,
      ...tree.browsing,
      show: (view) => tree.show(view),
      select: (row) => tree.select(row),
      reveal: (path) => tree.reveal(path),
    };
  });
}

interface Parts {
  readonly set: (change: Partial<LayerTreeState>) => void;
  readonly get: () => LayerTreeState;
}

/** What the store does; what it asks for one view is forgotten when another is shown. */
class Tree {
  readonly #engine: EngineClient;
  readonly #parts: Parts;
  readonly #pages: TreePages;
  #previewing = new AbortController();
  /** Once a person has opened or closed something, nothing is opened for them any more. */
  #isOpenedByHand = false;

  constructor(engine: EngineClient, parts: Parts) {
    this.#engine = engine;
    this.#parts = parts;
    this.#pages = new TreePages({
      ...parts,
      page: (place, signal) => {
        const { view } = parts.get();
        return view === undefined ? undefined : this.#page(view, place, signal);
      },
    });
  }

  async show(view: TreeView): Promise<void> {
    const before = this.#parts.get();
    const signal = this.#pages.restart();
    const isSameImage = before.view?.image === view.image;
    if (!isSameImage) this.#isOpenedByHand = false;
    const open = this.#isOpenedByHand ? before.open : new Set<string>();
    const other = {
      directories: {},
      open,
      selected: undefined,
      preview: undefined,
      summary: undefined,
      base: undefined,
    };
    this.#parts.set({ view, isLoading: true, error: undefined, ...(isSameImage ? {} : other) });
    if (!isSameImage) void this.#loadBase(view.image);
    try {
      const range = { image: view.image, from: view.from, to: view.to };
      const [loaded, summary] = await Promise.all([
        this.#loadAll(view, open, signal),
        this.#engine.call('layers.summary', range, signal),
      ]);
      signal.throwIfAborted();
      this.#parts.set({ ...loaded, summary, isLoading: false });
      await this.#selectAgain(view);
    } catch (thrown) {
      if (!signal.aborted) this.#parts.set({ error: toEngineError(thrown), isLoading: false });
    }
  }

  async #loadBase(image: TreeView['image']): Promise<void> {
    try {
      const { base } = await this.#engine.call('layers.timeline', { image });
      if (this.#parts.get().view?.image === image) this.#parts.set({ base });
    } catch (thrown) {
      // The tree tells what fails; without the name of its base an image is shown all the same.
      if (toEngineError(thrown).code === 'internal') throw thrown;
    }
  }

  get browsing(): TreeBrowsing {
    return { ...this.#pages.browsing, toggle: (path) => this.#toggle(path) };
  }

  #toggle(path: string): Promise<void> {
    this.#isOpenedByHand = true;
    return this.#pages.toggle(path);
  }

  async select(row: TreeRow | undefined): Promise<void> {
    this.#previewing.abort();
    this.#previewing = new AbortController();
    const { signal } = this.#previewing;
    const { view } = this.#parts.get();
    const to = row === undefined || view === undefined ? undefined : previewedLayer(row, view);
    if (row === undefined || view === undefined || to === undefined) {
      this.#parts.set({ selected: row, preview: undefined });
      return;
    }
    const isSame = this.#parts.get().selected?.path === row.path;
    this.#parts.set({ selected: row, ...(isSame ? {} : { preview: { status: 'loading' } }) });
    try {
      const preview = await this.#engine.call('layers.preview', { image: view.image, to, path: row.path }, signal);
      signal.throwIfAborted();
      this.#parts.set({ preview: { status: 'shown', preview } });
    } catch (thrown) {
      if (!signal.aborted) this.#parts.set({ preview: { status: 'failed', error: toEngineError(thrown) } });
    }
  }

  async reveal(path: string): Promise<void> {
    const { view } = this.#parts.get();
    if (view === undefined) return;
    for (const directory of directoriesAbove(path)) {
      if (!this.#parts.get().open.has(directory)) await this.#toggle(directory);
    }
    await this.select(this.#pages.find(path) ?? (await this.#rowOf(view, path)));
  }

  /** Of what stands on a page that isn't here, or that the view leaves out. */
  async #rowOf({ image, to }: TreeView, path: string): Promise<TreeRow | undefined> {
    try {
      const entry = await this.#engine.call('layers.entry', { image, to, path });
      return {
        ...entry,
        name: path.slice(path.lastIndexOf('/') + 1),
        change: 'unchanged',
        delta: 0,
        hasChildren: false,
      };
    } catch (thrown) {
      this.#parts.set({ error: toEngineError(thrown) });
      return undefined;
    }
  }

  /** The view's root and every directory that is open, to be shown at once. */
  async #loadAll(
    view: TreeView,
    open: ReadonlySet<string>,
    signal: AbortSignal,
  ): Promise<Pick<LayerTreeState, 'directories' | 'open'>> {
    const paths = [...open];
    const [root, ...opened] = await Promise.all([
      this.#page(view, { path: ROOT, offset: 0 }, signal),
      // A directory that this range doesn't have stays open for the next range that has it.
      ...paths.map((path) => this.#page(view, { path, offset: 0 }, signal).catch(() => undefined)),
    ]);
    const top = withPage(undefined, root, 0);
    if (!this.#isOpenedByHand && view.from > 0) {
      return openFew(top, (path) => this.#page(view, { path, offset: 0 }, signal));
    }
    const directories: Record<string, Directory> = { [ROOT]: top };
    for (const [index, path] of paths.entries()) {
      const page = opened[index];
      if (page !== undefined) directories[path] = withPage(undefined, page, 0);
    }
    return { directories, open };
  }

  async #selectAgain(view: TreeView): Promise<void> {
    const { selected } = this.#parts.get();
    if (selected === undefined) return;
    const row = this.#pages.find(selected.path);
    // What was chosen may stand in a directory that is closed now, and can be read all the same.
    await this.select(row ?? (view.to >= selected.layer ? selected : undefined));
  }

  #page(view: TreeView, place: PagePlace, signal: AbortSignal): Promise<TreePage> {
    return this.#engine.call('layers.children', { ...view, ...place, limit: PAGE }, signal);
  }
}

/** The stack that has a row: of what the range removes, the one beneath it. */
export function stackOf(row: TreeRow, { from, to }: LayerRange): number | undefined {
  if (row.change !== 'removed') return to;
  return from > 0 ? from - 1 : undefined;
}

function previewedLayer(row: TreeRow, view: TreeView): number | undefined {
  const isReadable = ['file', 'hardlink', 'symlink', 'whiteout'].includes(row.type);
  return isReadable && !row.hasChildren ? stackOf(row, view) : undefined;
}
