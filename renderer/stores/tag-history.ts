import { createStore, type StoreApi } from 'zustand/vanilla';

import type { EngineClient } from '#engine/contract/client.ts';
import { type EngineError, toEngineError } from '#engine/contract/errors.ts';
import type { EngineEvent } from '#engine/contract/event.ts';
import type { TagMove } from '#engine/contract/tag-history.ts';

import { coalesced } from './coalesced.ts';

/** What has become of the tags of the image that is looked at. */
export interface TagHistoryState {
  readonly image: string | undefined;
  /** Newest first; undefined until the engine has answered. */
  readonly moves: readonly TagMove[] | undefined;
  readonly failure: EngineError | undefined;

  /** @returns stops following. */
  readonly follow: (image: string) => () => void;
  /** A tag leads to an image again. @returns whether it does; why not is in `failure`. */
  readonly restore: (tag: string, image: string) => Promise<boolean>;
  readonly onEvent: (event: EngineEvent) => void;
}

export type TagHistoryStore = StoreApi<TagHistoryState>;

export function createTagHistoryStore(engine: EngineClient): TagHistoryStore {
  return createStore<TagHistoryState>()((set, get) => {
    const load = coalesced(async () => {
      const { image } = get();
      if (image === undefined) return;
      try {
        const moves = await engine.call('images.tagHistory', { image });
        if (get().image === image) set({ moves });
      } catch (thrown) {
        set({ failure: toEngineError(thrown) });
      }
    });
    return {
      image: undefined,
      moves: undefined,
      failure: undefined,
      follow: (image) => {
        if (get().image !== image) set({ image, moves: undefined, failure: undefined });
        void load();
        return () => {
          if (get().image === image) set({ image: undefined, moves: undefined });
        };
      },
      restore: async (tag, image) => {
        set({ failure: undefined });
        try {
          await engine.call('images.restoreTag', { tag, image });
          return true;
        } catch (thrown) {
          set({ failure: toEngineError(thrown) });
          return false;
        } finally {
          void load();
        }
      },
      onEvent: ({ type }) => {
        if (type === 'image' || type === 'trash') void load();
      },
    };
  });
}
