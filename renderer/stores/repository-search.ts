import { createStore, type StoreApi } from 'zustand/vanilla';

import type { EngineClient } from '#engine/contract/client.ts';
import { type EngineError, toEngineError } from '#engine/contract/errors.ts';
import type { FoundRepository } from '#engine/contract/registry.ts';

export interface RepositoryWish {
  readonly registry: string;
  /** A part of the name; empty for all that the registry has. */
  readonly term: string;
}

/** Repositories of a registry, part by part. */
export interface RepositorySearchState {
  /** So far; undefined until something was asked and answered. */
  readonly found: readonly FoundRepository[] | undefined;
  readonly hasMore: boolean;
  readonly isAsking: boolean;
  readonly failure: EngineError | undefined;

  readonly search: (wish: RepositoryWish) => Promise<void>;
  readonly more: () => Promise<void>;
  readonly clear: () => void;
}

export type RepositorySearchStore = StoreApi<RepositorySearchState>;

/** Asks for one part; with it comes how to ask for the next. */
type Ask = (signal: AbortSignal) => Promise<Part>;

interface Part {
  readonly found: readonly FoundRepository[];
  readonly next: Ask | undefined;
}

const PART = 50;
const nothing = { found: undefined, hasMore: false, isAsking: false, failure: undefined } as const;

export function createRepositorySearchStore(engine: EngineClient): RepositorySearchStore {
  return createStore<RepositorySearchState>()((set, get) => {
    let next: Ask | undefined;
    let leaving = new AbortController();
    const ask = async (asked: Ask): Promise<void> => {
      leaving.abort();
      leaving = new AbortController();
      const { signal } = leaving;
      set({ isAsking: true, failure: undefined });
      try {
        const part = await asked(signal);
        signal.throwIfAborted();
        ({ next } = part);
        set({ found: [...(get().found ?? []), ...part.found], hasMore: next !== undefined, isAsking: false });
      } catch (thrown) {
        if (!signal.aborted) set({ failure: toEngineError(thrown), isAsking: false });
      }
    };
    return {
      ...nothing,
      search: async (wish) => {
        set({ found: undefined, hasMore: false });
        await ask(wish.term === '' ? listing(engine, wish.registry) : searching(engine, wish));
      },
      more: async () => {
        if (next !== undefined && !get().isAsking) await ask(next);
      },
      clear: () => {
        leaving.abort();
        next = undefined;
        set(nothing);
      },
    };
  });
}

function searching(engine: EngineClient, wish: RepositoryWish, page = 1): Ask {
  return async (signal) => {
    const found = await engine.call('registries.search', { ...wish, limit: PART, page }, signal);
    return { found, next: found.length < PART ? undefined : searching(engine, wish, page + 1) };
  };
}

/** The registry's own list, of names alone. */
function listing(engine: EngineClient, registry: string, after?: string): Ask {
  return async (signal) => {
    const asked = { registry, limit: PART, ...(after === undefined ? {} : { after }) };
    const { names, next } = await engine.call('registries.repositories', asked, signal);
    const nothingMore = { description: '', stars: 0, isOfficial: false, isAutomated: false };
    return {
      found: names.map((name) => ({ name: `${registry}/${name}`, ...nothingMore })),
      next: next === undefined ? undefined : listing(engine, registry, next),
    };
  };
}
