import { createStore, type StoreApi } from 'zustand/vanilla';

import type { EngineClient } from '#engine/contract/client.ts';
import { type EngineError, toEngineError } from '#engine/contract/errors.ts';
import type { Finding } from '#engine/contract/system-check.ts';
import type { SystemInfo } from '#engine/contract/system.ts';
import type { ConnectionState } from '#engine/contract/window-api.ts';

import { coalesced } from './coalesced.ts';
import { load, type Loaded } from './loaded.ts';

/** The engine itself: whether it is there, and what it says of its machine. */
export interface SystemState {
  readonly connection: ConnectionState;
  readonly info: SystemInfo | undefined;
  readonly error: EngineError | undefined;
  /** What the machine lets an engine do; undefined until somebody looks. */
  readonly check: Loaded<readonly Finding[]> | undefined;
  readonly refresh: () => Promise<void>;
  /** Looks at the machine again. */
  readonly lookOver: () => Promise<void>;
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
    check: undefined,
    lookOver: coalesced(() =>
      load(
        () => engine.call('system.check', {}),
        // What was found before stays until there is more to say.
        (check) => set((state) => (check.status === 'loading' && state.check !== undefined ? state : { check })),
        new AbortController().signal,
      ),
    ),
    onConnection: (connection) => set({ connection }),
  }));
}
