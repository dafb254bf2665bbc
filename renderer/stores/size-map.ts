import { createStore, type StoreApi } from 'zustand/vanilla';

import type { EngineClient } from '#engine/contract/client.ts';
import type { LayerRange, TreeRow } from '#engine/contract/layer.ts';

import { load, type Loaded } from './loaded.ts';

/** A path with its bytes; a directory with the largest of what is in it. */
export interface SizedEntry extends Pick<TreeRow, 'path' | 'name' | 'size' | 'layer' | 'hasChildren'> {
  readonly entries: readonly SizedEntry[];
}

/** The largest of one directory, two levels deep. */
export interface SizedDirectory {
  readonly path: string;
  readonly entries: readonly SizedEntry[];
  /** How many smaller ones there are besides. */
  readonly left: number;
}

/** Where the bytes of an image are, a directory at a time. */
export interface SizeMapState {
  readonly directory: Loaded<SizedDirectory> | undefined;
  /** @returns stops asking. */
  readonly show: (stack: Pick<LayerRange, 'image' | 'to'>, path: string) => () => void;
}

export type SizeMapStore = StoreApi<SizeMapState>;

/** As many as can be told apart. */
const MOST_ENTRIES = 60;
const MOST_INSIDE = 24;
/** Directories that are looked into. */
const MOST_OPENED = 10;

export function createSizeMapStore(engine: EngineClient): SizeMapStore {
  return createStore<SizeMapState>()((set) => ({
    directory: undefined,
    show: ({ image, to }, path) => {
      const leaving = new AbortController();
      const ask = async (where: string, limit: number): Promise<{ rows: TreeRow[]; total: number }> => {
        const view = { image, from: 0, to, offset: 0, changedOnly: false, sort: 'size' as const };
        return engine.call('layers.children', { ...view, path: where, limit }, leaving.signal);
      };
      void load(
        () => sized(ask, path),
        (directory) => set({ directory }),
        leaving.signal,
      );
      return () => leaving.abort();
    },
  }));
}

type Ask = (path: string, limit: number) => Promise<{ readonly rows: readonly TreeRow[]; readonly total: number }>;

async function sized(ask: Ask, path: string): Promise<SizedDirectory> {
  const { rows, total } = await ask(path, MOST_ENTRIES);
  const opened = rows.filter(({ hasChildren }) => hasChildren).slice(0, MOST_OPENED);
  const inside = new Map(
    await Promise.all(opened.map(async (row) => [row.path, await ask(row.path, MOST_INSIDE)] as const)),
  );
  const entries = rows.map((row) => entryOf(row, inside.get(row.path)?.rows ?? []));
  return { path, entries, left: total - rows.length };
}

function entryOf({ path, name, size, layer, hasChildren }: TreeRow, inside: readonly TreeRow[]): SizedEntry {
  return { path, name, size, layer, hasChildren, entries: inside.map((row) => entryOf(row, [])) };
}
