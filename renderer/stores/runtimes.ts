import { createStore, type StoreApi } from 'zustand/vanilla';

import type { EngineClient } from '#engine/contract/client.ts';
import type { RuntimeSettings } from '#engine/contract/container-options.ts';
import { type EngineError, toEngineError } from '#engine/contract/errors.ts';

/** What makes containers here. */
export interface RuntimesState {
  /** Undefined until the engine has answered. */
  readonly settings: RuntimeSettings | undefined;
  readonly failure: EngineError | undefined;

  readonly refresh: () => Promise<void>;
  readonly choose: (usual: string) => Promise<void>;
}

export type RuntimesStore = StoreApi<RuntimesState>;

export function createRuntimesStore(engine: EngineClient): RuntimesStore {
  return createStore<RuntimesState>()((set) => {
    const ask = async (wish: { readonly usual?: string }): Promise<void> => {
      try {
        set({ settings: await engine.call('containers.runtimes', wish), failure: undefined });
      } catch (thrown) {
        set({ failure: toEngineError(thrown) });
      }
    };
    return { settings: undefined, failure: undefined, refresh: () => ask({}), choose: (usual) => ask({ usual }) };
  });
}
