import { createStore, type StoreApi } from 'zustand/vanilla';

import type { EngineClient } from '#engine/contract/client.ts';
import { type EngineError, toEngineError } from '#engine/contract/errors.ts';
import type { Answer, Params } from '#engine/contract/methods.ts';
import type { NamesPage, RemoteImage } from '#engine/contract/registry.ts';

export type RegistryLogin = Answer<'registries.logins'>[number];
export type ReachedRegistry = Answer<'registries.settings'>[number];

/** Registries: the logins that are kept, how they are reached, and what is in them. */
export interface RegistriesState {
  /** Undefined until the engine has answered. */
  readonly logins: readonly RegistryLogin[] | undefined;
  /** Of each registry about which something was said. */
  readonly settings: readonly ReachedRegistry[] | undefined;
  readonly failure: EngineError | undefined;

  readonly refresh: () => Promise<void>;
  /** @throws EngineError as all of these, for whoever asked to read. */
  readonly login: (login: Params<'registries.login'>) => Promise<Answer<'registries.login'>>;
  readonly logout: (registry: string) => Promise<void>;
  /** What is given replaces what was said. */
  readonly configure: (said: Params<'registries.configure'>) => Promise<void>;
  readonly repositories: (registry: string, after: string | undefined) => Promise<NamesPage>;
  readonly tags: (repository: string, after: string | undefined) => Promise<NamesPage>;
  readonly inspect: (reference: string, signal: AbortSignal) => Promise<RemoteImage>;
  readonly remove: (reference: string, whole: boolean) => Promise<Answer<'registries.remove'>>;
}

export type RegistriesStore = StoreApi<RegistriesState>;

const PAGE = 200;

export function createRegistriesStore(engine: EngineClient): RegistriesStore {
  return createStore<RegistriesState>()((set) => {
    const refresh = async (): Promise<void> => {
      try {
        const [logins, settings] = await Promise.all([
          engine.call('registries.logins', {}),
          engine.call('registries.settings', {}),
        ]);
        set({ logins, settings, failure: undefined });
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
      settings: undefined,
      failure: undefined,
      refresh,
      login: async (login) => {
        // A desktop has a keychain for it; where there is none, it is kept as anybody else's.
        const kept = await engine.call('registries.login', { ...login, sealed: true });
        await refresh();
        return kept;
      },
      logout: async (registry) => {
        await engine.call('registries.logout', { registry });
        await refresh();
      },
      configure: async (said) => {
        await engine.call('registries.configure', said);
        await refresh();
      },
      repositories: (registry, after) => engine.call('registries.repositories', { registry, ...page(after) }),
      tags: (repository, after) => engine.call('registries.tags', { repository, ...page(after) }),
      inspect: (reference, signal) => engine.call('registries.inspect', { reference }, signal),
      remove: (reference, whole) => engine.call('registries.remove', { reference, whole }),
    };
  });
}

/** Every registry that something is known of, and Docker's own; by their names. */
export function knownRegistries({
  logins = [],
  settings = [],
}: Pick<RegistriesState, 'logins' | 'settings'>): readonly string[] {
  const said = [...logins, ...settings].map(({ registry }) => registry);
  return ['docker.io', ...[...new Set(said)].filter((registry) => registry !== 'docker.io').toSorted()];
}
