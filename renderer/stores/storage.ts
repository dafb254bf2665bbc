import { createStore, type StoreApi } from 'zustand/vanilla';

import type { EngineClient } from '#engine/contract/client.ts';
import { type EngineError, toEngineError } from '#engine/contract/errors.ts';
import type { EngineEvent } from '#engine/contract/event.ts';
import type { StorageSum } from '#engine/contract/store.ts';

import { coalesced } from './coalesced.ts';

/** What images take on the disk, as the engine last counted; asked for only while somebody looks. */
export interface StorageState {
  readonly sum: StorageSum | undefined;
  readonly failure: EngineError | undefined;

  /** @returns stops following. */
  readonly follow: () => () => void;
  /** Starts a job that reads everything again. */
  readonly verify: () => Promise<void>;
  readonly onEvent: (event: EngineEvent) => void;
}

export type StorageStore = StoreApi<StorageState>;

const kinds: ReadonlySet<EngineEvent['type']> = new Set(['image', 'container', 'trash', 'store']);

export function createStorageStore(engine: EngineClient): StorageStore {
  return createStore<StorageState>()((set) => {
    let followers = 0;
    const load = coalesced(async () => {
      try {
        set({ sum: await engine.call('images.storage', {}), failure: undefined });
      } catch (thrown) {
        set({ failure: toEngineError(thrown) });
      }
    });
    return {
      sum: undefined,
      failure: undefined,
      follow: () => {
        followers += 1;
        void load();
        return () => {
          followers -= 1;
        };
      },
      verify: async () => {
        try {
          await engine.call('images.verify', {});
        } catch (thrown) {
          set({ failure: toEngineError(thrown) });
        }
      },
      onEvent: ({ type }) => {
        if (followers > 0 && kinds.has(type)) void load();
      },
    };
  });
}
