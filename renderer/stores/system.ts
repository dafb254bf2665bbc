import { createStore, type StoreApi } from 'zustand/vanilla';

import type { EngineClient } from '#engine/contract/client.ts';
import { type EngineError, toEngineError } from '#engine/contract/errors.ts';
import type { SystemInfo } from '#engine/contract/system.ts';
import type { ConnectionState } from '#engine/contract/window-api.ts';

import { coalesced } from './coalesced.ts';

/** The engine itself: whether it is there, and what it says of its machine. */
export interface SystemState {
  readonly connection: ConnectionState;
  readonly info: SystemInfo | undefined;
  readonly error: EngineError | undefined;
  readonly refresh: () => Promise<void>;
  readonly onConnection: (connection: ConnectionState) => void;
}

export type SystemStore = StoreApi<SystemState>;

export function createSystemStore(engine: EngineClient): SystemStore {
  return createStore<SystemState>()((set) => ({
    connection: { status: 'connecting' },
    info: undefined,
    error: undefined,
    refresh: coalesced(async () => {
      try {
        set({ info: await engine.call('system.info', {}), error: undefined });
      } catch (thrown) {
        set({ error: toEngineError(thrown) });
      }
    }),
    onConnection: (connection) => set({ connection }),
  }));
}
