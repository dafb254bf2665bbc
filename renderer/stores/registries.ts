import { createStore, type StoreApi } from 'zustand/vanilla';

import type { EngineClient } from '#engine/contract/client.ts';
import { type EngineError, toEngineError } from '#engine/contract/errors.ts';
import type { Answer, Params } from '#engine/contract/methods.ts';
import type { NamesPage, RegistryOptions, RemoteImage } from '#engine/contract/registry.ts';

export type RegistryLogin = Answer<'registries.logins'>[number];

/** This machine's images, served as a registry by this window. */
export type Served =
  | { readonly status: 'off' | 'starting' }
  | { readonly status: 'on'; readonly address: string }
  | { readonly status: 'failed'; readonly error: EngineError };

/** Registries: the logins that are kept, what is in them, and this machine as one. */
export interface RegistriesState {
  /** Undefined until the engine has answered. */
  readonly logins: readonly RegistryLogin[] | undefined;
  readonly failure: EngineError | undefined;
  readonly served: Served;

  readonly refresh: () => Promise<void>;
  /** @throws EngineError as all of these, for whoever asked to read. */
  readonly login: (login: Params<'registries.login'>) => Promise<Answer<'registries.login'>>;
  readonly logout: (registry: string) => Promise<void>;
  readonly repositories: (registry: string, after: string | undefined) => Promise<NamesPage>;
  readonly tags: (repository: string, after: string | undefined) => Promise<NamesPage>;
  readonly inspect: (reference: string, signal: AbortSignal) => Promise<RemoteImage>;
  readonly remove: (reference: string, whole: boolean) => Promise<Answer<'registries.remove'>>;
  /** Until it is stopped, or this window goes. */
  readonly serve: (options: RegistryOptions) => Promise<void>;
  readonly stopServing: () => void;
}

export type RegistriesStore = StoreApi<RegistriesState>;

const PAGE = 200;

export function createRegistriesStore(engine: EngineClient): RegistriesStore {
  return createStore<RegistriesState>()((set) => {
    const refresh = async (): Promise<void> => {
      try {
        set({ logins: await engine.call('registries.logins', {}), failure: undefined });
      } catch (thrown) {
        set({ failure: toEngineError(thrown) });
      }
    };
    const page = (after: string | undefined): { limit: number; after?: string } => ({
      limit: PAGE,
      ...(after === undefined ? {} : { after }),
    });
    return {
      logins: undefined,
      failure: undefined,
      refresh,
      login: async (login) => {
        const kept = await engine.call('registries.login', login);
        await refresh();
        return kept;
      },
      logout: async (registry) => {
        await engine.call('registries.logout', { registry });
        await refresh();
      },
      repositories: (registry, after) => engine.call('registries.repositories', { registry, ...page(after) }),
      tags: (repository, after) => engine.call('registries.tags', { repository, ...page(after) }),
      inspect: (reference, signal) => engine.call('registries.inspect', { reference }, signal),
      remove: (reference, whole) => engine.call('registries.remove', { reference, whole }),
      ...server(engine, (served) => set({ served })),
    };
  });
}

function server(
  engine: EngineClient,
  tell: (served: Served) => void,
): Pick<RegistriesState, 'served' | 'serve' | 'stopServing'> {
  let serving = new AbortController();
  return {
    served: { status: 'off' },
    serve: async (options) => {
      serving.abort();
      const mine = new AbortController();
      serving = mine;
      tell({ status: 'starting' });
      try {
        for await (const { address } of engine.stream('registry.serve', options, mine.signal)) {
          if (!mine.signal.aborted) tell({ status: 'on', address });
        }
        if (!mine.signal.aborted) tell({ status: 'off' });
      } catch (thrown) {
        if (!mine.signal.aborted) tell({ status: 'failed', error: toEngineError(thrown) });
      }
    },
    stopServing: () => {
      serving.abort();
      tell({ status: 'off' });
    },
  };
}
