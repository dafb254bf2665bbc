import { createStore, type StoreApi } from 'zustand/vanilla';

import type { EngineClient } from '#engine/contract/client.ts';
import { type EngineError, toEngineError } from '#engine/contract/errors.ts';
import type { EngineEvent } from '#engine/contract/event.ts';
import type { SavePoint, TreeComparison } from '#engine/contract/save-point.ts';

export type PointAction = 'save' | 'restore' | 'forget' | 'compare';

export interface Compared {
  readonly point: SavePoint;
  readonly comparison: TreeComparison;
}

/** The save points of the volume that somebody looks at. */
export interface SavePointsState {
  readonly volume: string | undefined;
  /** Newest first; undefined until the engine has answered. */
  readonly points: readonly SavePoint[] | undefined;
  readonly error: EngineError | undefined;
  /** What is being done at the moment: a large volume takes its time. */
  readonly pending: PointAction | undefined;
  readonly failure: { readonly action: PointAction; readonly error: EngineError } | undefined;
  readonly compared: Compared | undefined;

  readonly show: (volume: string) => Promise<void>;
  /** @returns whether it was done; why not is in `failure`. */
  readonly save: (named: { readonly point?: string; readonly note?: string }) => Promise<boolean>;
  readonly restore: (point: SavePoint) => Promise<boolean>;
  readonly forget: (point: SavePoint) => Promise<boolean>;
  /** With what is there now. */
  readonly compare: (point: SavePoint) => Promise<void>;
  readonly closeComparison: () => void;
  readonly dismissFailure: () => void;
  readonly onEvent: (event: EngineEvent) => void;
}

export type SavePointsStore = StoreApi<SavePointsState>;

export function createSavePointsStore(engine: EngineClient): SavePointsStore {
  return createStore<SavePointsState>()((set, get) => {
    const load = async (volume: string): Promise<void> => {
      try {
        const points = await engine.call('volumes.points', { name: volume });
        if (get().volume === volume) set({ points, error: undefined });
      } catch (thrown) {
        if (get().volume === volume) set({ error: toEngineError(thrown) });
      }
    };
    const attempt = async (action: PointAction, work: (name: string) => Promise<unknown>): Promise<boolean> => {
      const { volume = '' } = get();
      set({ pending: action, failure: undefined });
      try {
        await work(volume);
        return true;
      } catch (thrown) {
        set({ failure: { action, error: toEngineError(thrown) } });
        return false;
      } finally {
        set({ pending: undefined });
        await load(volume);
      }
    };
    return {
      volume: undefined,
      points: undefined,
      error: undefined,
      pending: undefined,
      failure: undefined,
      compared: undefined,
      show: async (volume) => {
        if (get().volume !== volume) {
          set({ volume, points: undefined, error: undefined, failure: undefined, compared: undefined });
        }
        await load(volume);
      },
      save: (named) => attempt('save', (name) => engine.call('volumes.save', { name, ...named })),
      restore: ({ id }) => attempt('restore', (name) => engine.call('volumes.restore', { name, point: id })),
      forget: ({ id }) => attempt('forget', (name) => engine.call('volumes.forget', { name, point: id })),
      compare: async (point) => {
        await attempt('compare', async (name) => {
          const comparison = await engine.call('volumes.compare', { name, from: point.id });
          set({ compared: { point, comparison } });
        });
      },
      closeComparison: () => set({ compared: undefined }),
      dismissFailure: () => set({ failure: undefined }),
      onEvent: ({ type, id }) => {
        const { volume } = get();
        if (type === 'save-point' && volume === id) void load(id);
      },
    };
  });
}
