import { createStore, type StoreApi } from 'zustand/vanilla';

import type { EngineClient } from '#engine/contract/client.ts';
import type { EngineEvent } from '#engine/contract/event.ts';
import type { SharedMap } from '#engine/contract/sharing.ts';

import { coalesced } from './coalesced.ts';
import { load, type Loaded } from './loaded.ts';

/** Which images share which layers, as the engine last told; asked for only while somebody looks. */
export interface SharedMapState {
  readonly map: Loaded<SharedMap> | undefined;
  /** @returns stops following. */
  readonly follow: () => () => void;
  readonly onEvent: (event: EngineEvent) => void;
}

export type SharedMapStore = StoreApi<SharedMapState>;

const kinds: ReadonlySet<EngineEvent['type']> = new Set(['image', 'store']);
const never = new AbortController().signal;

export function createSharedMapStore(engine: EngineClient): SharedMapStore {
  return createStore<SharedMapState>()((set, get) => {
    let followers = 0;
    const tell = (map: Loaded<SharedMap>): void => {
      // What is shown stays until there is something newer.
      if (map.status !== 'loading' || get().map?.status !== 'shown') set({ map });
    };
    const refresh = coalesced(() => load(() => engine.call('inspect.sharedMap', {}), tell, never));
    return {
      map: undefined,
      follow: () => {
        followers += 1;
        void refresh();
        return () => {
          followers -= 1;
        };
      },
      onEvent: ({ type }) => {
        if (followers > 0 && kinds.has(type)) void refresh();
      },
    };
  });
}
