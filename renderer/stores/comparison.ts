import { createStore, type StoreApi } from 'zustand/vanilla';

import type { EngineClient } from '#engine/contract/client.ts';
import type { ComparedDirectory, CompareSide, Comparison } from '#engine/contract/comparison.ts';
import type { EngineError } from '#engine/contract/errors.ts';
import type { FileDiff } from '#engine/contract/file-diff.ts';
import type { FilePreview, TreePage, TreeRow } from '#engine/contract/layer.ts';

import { type Directories, PAGE, type PagePlace, ROOT, withPage } from './layer-tree-rows.ts';
import { load, type Loaded } from './loaded.ts';
import { openFew } from './open-few.ts';
import { type TreeBrowsing, TreePages } from './tree-pages.ts';

/** A file of a comparison: how it differs where both have it, otherwise what the one that has it holds. */
export type ComparedFile =
  { readonly kind: 'diff'; readonly diff: FileDiff } | { readonly kind: 'one'; readonly preview: FilePreview };

/** Two things side by side, and their files as far as they have been opened. */
export interface ComparisonState extends TreeBrowsing {
  readonly result: Loaded<Comparison> | undefined;
  readonly directories: Directories;
  readonly open: ReadonlySet<string>;
  /** Why some of the files could not be had. */
  readonly error: EngineError | undefined;
  readonly selected: TreeRow | undefined;
  readonly file: Loaded<ComparedFile> | undefined;

  /** @returns stops comparing. */
  readonly compare: (before: CompareSide, now: CompareSide) => () => void;
  readonly select: (row: TreeRow) => Promise<void>;
}

export type ComparisonStore = StoreApi<ComparisonState>;

const changes: NonNullable<ComparedDirectory['changes']> = ['added', 'changed', 'metadata', 'removed'];
const nothing = {
  directories: {},
  open: new Set<string>(),
  error: undefined,
  selected: undefined,
  file: undefined,
} as const;

export function createComparisonStore(engine: EngineClient): ComparisonStore {
  return createStore<ComparisonState>()((set, get) => {
    const idNow = (): string | undefined => {
      const { result } = get();
      return result?.status === 'shown' ? result.value.id : undefined;
    };
    const page = (comparison: string, place: PagePlace, signal: AbortSignal): Promise<TreePage> =>
      engine.call('inspect.compareChildren', { comparison, ...place, limit: PAGE, changedOnly: true, changes }, signal);
    const pages = new TreePages({
      get,
      set,
      page: (place, signal) => {
        const id = idNow();
        return id === undefined ? undefined : page(id, place, signal);
      },
    });
    let selecting = new AbortController();
    const ask = async (before: CompareSide, now: CompareSide, signal: AbortSignal): Promise<Comparison> => {
      const result = await engine.call('inspect.compare', { before, now }, signal);
      if (result.tree === undefined) return result;
      const first = (path: string): Promise<TreePage> => page(result.id, { path, offset: 0 }, signal);
      const opened = await openFew(withPage(undefined, await first(ROOT), 0), first);
      if (!signal.aborted) set(opened);
      return result;
    };
    return {
      result: undefined,
      ...nothing,
      ...pages.browsing,
      compare: (before, now) => {
        const leaving = new AbortController();
        pages.restart();
        selecting.abort();
        set(nothing);
        void load(
          () => ask(before, now, leaving.signal),
          (result) => set({ result }),
          leaving.signal,
        );
        return () => leaving.abort();
      },
      select: async (row) => {
        selecting.abort();
        selecting = new AbortController();
        const { signal } = selecting;
        const comparison = idNow();
        set({ selected: row, file: undefined });
        if (comparison === undefined || !['file', 'hardlink', 'symlink'].includes(row.type)) return;
        await load(
          () => fileOf(engine, { comparison, row }, signal),
          (file) => set({ file }),
          signal,
        );
      },
    };
  });
}

async function fileOf(
  engine: EngineClient,
  { comparison, row }: { readonly comparison: string; readonly row: TreeRow },
  signal: AbortSignal,
): Promise<ComparedFile> {
  const { path } = row;
  if (row.change === 'changed' && row.type !== 'symlink') {
    const version = (side: 'before' | 'now') => ({ kind: 'compared', comparison, side, path }) as const;
    const versions = { before: version('before'), now: version('now') };
    return { kind: 'diff', diff: await engine.call('inspect.fileDiff', versions, signal) };
  }
  const side = row.change === 'removed' ? 'before' : 'now';
  return { kind: 'one', preview: await engine.call('inspect.comparePreview', { comparison, side, path }, signal) };
}
