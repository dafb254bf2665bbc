import { createStore, type StoreApi } from 'zustand/vanilla';

import type { EngineClient } from '#engine/contract/client.ts';
import { type EngineError, toEngineError } from '#engine/contract/errors.ts';
import type { RegistryOptions, ServedRegistry } from '#engine/contract/registry.ts';

import { type FollowStatus, followStream, SharedReaders } from './follow-stream.ts';

/** This machine's images as a registry: a switch of the engine's, which goes on without any window. */
export interface ServedRegistryState {
  /** Undefined until the engine has told. */
  readonly served: ServedRegistry | undefined;
  /** Why it could not be turned, or not be told how it stands. */
  readonly failure: EngineError | undefined;
  readonly isTurning: boolean;

  /** @returns stops following. */
  readonly follow: () => () => void;
  /** @returns whether it is on. */
  readonly turnOn: (options: RegistryOptions) => Promise<boolean>;
  readonly turnOff: () => Promise<void>;
}

export type ServedRegistryStore = StoreApi<ServedRegistryState>;

export function createServedRegistryStore(engine: EngineClient): ServedRegistryStore {
  return createStore<ServedRegistryState>()((set) => {
    const readers = new SharedReaders();
    const turn = async (work: () => Promise<ServedRegistry>): Promise<boolean> => {
      set({ isTurning: true, failure: undefined });
      try {
        set({ served: await work() });
        return true;
      } catch (thrown) {
        set({ failure: toEngineError(thrown) });
        return false;
      } finally {
        set({ isTurning: false });
      }
    };
    return {
      served: undefined,
      failure: undefined,
      isTurning: false,
      follow: () =>
        readers.open('switch', (signal) => {
          const followed = {
            open: (stop: AbortSignal) => engine.stream('registry.watch', {}, stop),
            onItem: (served: ServedRegistry) => set({ served }),
            onStatus: (status: FollowStatus) => {
              if (status.status === 'failed') set({ failure: status.error });
            },
          };
          void followStream(followed, signal);
        }),
      turnOn: (options) => turn(() => engine.call('registry.turnOn', options)),
      turnOff: async () => {
        await turn(async () => {
          await engine.call('registry.turnOff', {});
          return {};
        });
      },
    };
  });
}
