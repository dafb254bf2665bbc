import { createStore, type StoreApi } from 'zustand/vanilla';

import type { EngineClient } from '#engine/contract/client.ts';
import { type EngineError, toEngineError } from '#engine/contract/errors.ts';
import type { EngineEvent } from '#engine/contract/event.ts';
import type { Params } from '#engine/contract/methods.ts';
import type { NetworkCreate, NetworkMember, NetworkSummary } from '#engine/contract/network.ts';

import { attempt } from './attempt.ts';
import { coalesced } from './coalesced.ts';

export type NetworkAction = 'remove' | 'prune' | 'disconnect';

/** The networks as the engine last told them, and who is in each. */
export interface NetworksState {
  /** Undefined until the engine has answered for the first time. */
  readonly networks: readonly NetworkSummary[] | undefined;
  readonly listError: EngineError | undefined;
  /** The last thing that failed, until it is dismissed or another one is tried. */
  readonly failure: { readonly action: NetworkAction; readonly name: string; readonly error: EngineError } | undefined;

  readonly refresh: () => Promise<void>;
  /** @throws EngineError for whoever fills in the form to read. */
  readonly create: (request: NetworkCreate) => Promise<NetworkSummary>;
  /** @throws EngineError for whoever fills in the form to read. */
  readonly connect: (request: Params<'networks.connect'>) => Promise<void>;
  readonly disconnect: (network: NetworkSummary, member: NetworkMember) => Promise<boolean>;
  /** @returns whether it was done; why not is in `failure`. */
  readonly remove: (network: NetworkSummary) => Promise<boolean>;
  /** @returns the names of those that are gone. */
  readonly prune: () => Promise<readonly string[] | undefined>;
  readonly dismissFailure: () => void;
  readonly onEvent: (event: EngineEvent) => void;
}

export type NetworksStore = StoreApi<NetworksState>;

/** What changes who is in a network, or how they are called. */
const moves = ['create', 'start', 'die', 'destroy', 'rename', 'pause', 'unpause'];

export function createNetworksStore(engine: EngineClient): NetworksStore {
  return createStore<NetworksState>()((set) => {
    const refresh = coalesced(async () => {
      try {
        set({ networks: await engine.call('networks.list', {}), listError: undefined });
      } catch (thrown) {
        set({ listError: toEngineError(thrown) });
      }
    });
    const trying = (action: NetworkAction, name: string): Parameters<typeof attempt>[0] => ({
      tell: (error) => set({ failure: error === undefined ? undefined : { action, name, error } }),
      refresh,
    });
    return {
      networks: undefined,
      listError: undefined,
      failure: undefined,
      refresh,
      create: async (request) => {
        const made = await engine.call('networks.create', request);
        await refresh();
        return made;
      },
      connect: async (request) => {
        await engine.call('networks.connect', request);
        await refresh();
      },
      disconnect: async (network, { id, name }) => {
        const leave = { network: network.id, container: id };
        const done = await attempt(trying('disconnect', name), () => engine.call('networks.disconnect', leave));
        return done !== undefined;
      },
      remove: async ({ id, name }) => {
        const done = await attempt(trying('remove', name), () => engine.call('networks.remove', { network: id }));
        return done !== undefined;
      },
      prune: () => attempt(trying('prune', ''), async () => (await engine.call('networks.prune', {})).removed),
      dismissFailure: () => set({ failure: undefined }),
      onEvent: ({ type, action }) => {
        if (type === 'network' || (type === 'container' && moves.includes(action))) void refresh();
      },
    };
  });
}
