import { createStore, type StoreApi } from 'zustand/vanilla';

import type { EngineClient } from '#engine/contract/client.ts';
import { type EngineError, toEngineError } from '#engine/contract/errors.ts';
import type { ImageSelection, RemovalOutcome, RemovalPreview } from '#engine/contract/store.ts';

/** Images on their way out: first what it would free, to the byte, then the news of it. */
export interface ImageRemovalState {
  /** What a person is being asked about. */
  readonly asked: ImageSelection | undefined;
  /** What removing it would do, as the engine last said. */
  readonly preview: RemovalPreview | undefined;
  /** Why that could not be told, or not be done. */
  readonly failure: EngineError | undefined;
  readonly isPending: boolean;
  /** The last removal that was done. */
  readonly done: RemovalOutcome | undefined;
  /** What removing the rows that are chosen in the list would do. */
  readonly chosen: RemovalPreview | undefined;

  readonly ask: (selection: ImageSelection) => Promise<void>;
  readonly confirm: (forGood: boolean) => Promise<void>;
  readonly close: () => void;
  readonly choose: (images: readonly string[]) => Promise<void>;
}

export type ImageRemovalStore = StoreApi<ImageRemovalState>;

export function createImageRemovalStore(engine: EngineClient): ImageRemovalStore {
  return createStore<ImageRemovalState>()((set, get) => {
    const previewOf = (selection: ImageSelection): Promise<RemovalPreview> =>
      engine.call('images.prunePreview', { selection });
    let latest: readonly string[] = [];
    return {
      asked: undefined,
      preview: undefined,
      failure: undefined,
      isPending: false,
      done: undefined,
      chosen: undefined,
      ask: async (asked) => {
        set({ asked, preview: undefined, failure: undefined });
        try {
          const preview = await previewOf(asked);
          // Another may be asked about by now.
          if (get().asked === asked) set({ preview });
        } catch (thrown) {
          if (get().asked === asked) set({ failure: toEngineError(thrown) });
        }
      },
      confirm: async (forGood) => {
        const { asked } = get();
        if (asked === undefined) return;
        set({ isPending: true, failure: undefined });
        try {
          const outcome = await engine.call('images.prune', { selection: asked, forGood });
          // Of what was going to stay it was said before.
          const kept = new Set(get().preview?.kept.map(({ id }) => id));
          const refused = outcome.refused.filter(({ id }) => !kept.has(id));
          set({ done: { ...outcome, refused }, asked: undefined, preview: undefined });
        } catch (thrown) {
          set({ failure: toEngineError(thrown) });
        } finally {
          set({ isPending: false });
        }
      },
      close: () => set({ asked: undefined, preview: undefined, failure: undefined }),
      choose: async (images) => {
        latest = images;
        if (images.length === 0) {
          set({ chosen: undefined });
          return;
        }
        // An image that is gone by now is none to be removed: the list says so itself.
        const chosen = await previewOf({ images: [...images] }).catch(() => undefined);
        if (latest === images) set({ chosen });
      },
    };
  });
}
