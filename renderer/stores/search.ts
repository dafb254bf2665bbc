import { createStore, type StoreApi } from 'zustand/vanilla';

import type { EngineClient } from '#engine/contract/client.ts';
import { type EngineError, toEngineError } from '#engine/contract/errors.ts';
import type { SearchHit, SearchNews } from '#engine/contract/search.ts';

import { type Pause, pause } from './back-off.ts';

/** What is looked for everywhere, and what of it has been found in the layers. */
export interface SearchState {
  readonly isOpen: boolean;
  readonly text: string;
  /** As they come. */
  readonly hits: readonly SearchHit[];
  /** How far the search has come; undefined while none runs or has run for this text. */
  readonly progress: Omit<SearchNews, 'hits'> | undefined;
  readonly error: EngineError | undefined;

  readonly open: () => void;
  readonly close: () => void;
  /** Leaves the search before, and begins another a moment after the last letter. */
  readonly type: (text: string) => void;
}

export type SearchStore = StoreApi<SearchState>;

/** Fewer letters are in nearly every path. */
export const LEAST_LETTERS = 2;
const MOST_HITS = 100;
/** Between two letters of one word. */
const TYPING_MS = 120;

const nothing = { hits: [], progress: undefined, error: undefined } as const;

export function createSearchStore(engine: EngineClient, wait: Pause = pause): SearchStore {
  return createStore<SearchState>()((set, get) => {
    let leaving = new AbortController();
    const search = async (text: string, signal: AbortSignal): Promise<void> => {
      try {
        await wait(TYPING_MS, signal);
        if (signal.aborted) return;
        for await (const news of engine.stream('inspect.search', { text, offset: 0, limit: MOST_HITS }, signal)) {
          if (signal.aborted) return;
          const { hits, ...progress } = news;
          set({ hits: [...get().hits, ...hits], progress });
        }
      } catch (thrown) {
        if (!signal.aborted) set({ error: toEngineError(thrown) });
      }
    };
    return {
      isOpen: false,
      text: '',
      ...nothing,
      open: () => set({ isOpen: true }),
      close: () => {
        leaving.abort();
        set({ isOpen: false, text: '', ...nothing });
      },
      type: (text) => {
        leaving.abort();
        leaving = new AbortController();
        set({ text, ...nothing });
        const wanted = text.trim();
        if (wanted.length >= LEAST_LETTERS) void search(wanted, leaving.signal);
      },
    };
  });
}
