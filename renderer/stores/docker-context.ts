import { createStore, type StoreApi } from 'zustand/vanilla';

import type { EngineClient } from '#engine/contract/client.ts';
import { type EngineError, toEngineError } from '#engine/contract/errors.ts';
import type { DockerContext } from '#engine/contract/system.ts';

/** Whether docker's command line finds this engine by a context of its own. */
export interface DockerContextState {
  /** Undefined until the engine has answered. */
  readonly context: DockerContext | undefined;
  readonly failure: EngineError | undefined;

  readonly refresh: () => Promise<void>;
  readonly turn: (isOn: boolean) => Promise<void>;
}

export type DockerContextStore = StoreApi<DockerContextState>;

export function createDockerContextStore(engine: EngineClient): DockerContextStore {
  return createStore<DockerContextState>()((set) => {
    const ask = async (wish: { readonly isOn?: boolean }): Promise<void> => {
      try {
        set({ context: await engine.call('system.dockerContext', wish), failure: undefined });
      } catch (thrown) {
        set({ failure: toEngineError(thrown) });
      }
    };
    return {
      context: undefined,
      failure: undefined,
      refresh: () => ask({}),
      turn: (isOn) => ask({ isOn }),
    };
  });
}
