import { createStore, type StoreApi } from 'zustand/vanilla';

import type { EngineClient } from '#engine/contract/client.ts';
import { type EngineError, toEngineError } from '#engine/contract/errors.ts';
import type { LogSettings } from '#engine/contract/log.ts';

/** How much of a log the engine keeps of containers that don't say so themselves. */
export interface LogSettingsState {
  /** Undefined until the engine has answered. */
  readonly settings: LogSettings | undefined;
  readonly failure: EngineError | undefined;

  readonly refresh: () => Promise<void>;
  /** @throws EngineError for whoever typed it to read. */
  readonly change: (settings: LogSettings) => Promise<void>;
}

export type LogSettingsStore = StoreApi<LogSettingsState>;

export function createLogSettingsStore(engine: EngineClient): LogSettingsStore {
  return createStore<LogSettingsState>()((set) => ({
    settings: undefined,
    failure: undefined,
    refresh: async () => {
      try {
        set({ settings: await engine.call('containers.logSettings', {}), failure: undefined });
      } catch (thrown) {
        set({ failure: toEngineError(thrown) });
      }
    },
    change: async (settings) => set({ settings: await engine.call('containers.logSettings', settings) }),
  }));
}
