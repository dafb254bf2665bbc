import { createStore, type StoreApi } from 'zustand/vanilla';

import type { EngineClient } from '#engine/contract/client.ts';
import { type EngineError, toEngineError } from '#engine/contract/errors.ts';
import type { EngineEvent } from '#engine/contract/event.ts';
import type { Restored, TakenTags, TrashEntry, TrashSettings } from '#engine/contract/trash.ts';

import { attempt } from './attempt.ts';
import { coalesced } from './coalesced.ts';

export type TrashAction = 'restore' | 'remove' | 'empty' | 'settings';

/** What to do about a name that something else has by now: another name, or what becomes of an image's tags. */
export type RestoreHow = { readonly name: string } | { readonly taken: TakenTags };

/** What was removed and can come back, as the engine last told it. */
export interface TrashState {
  /** Newest first; undefined until the engine has answered for the first time. */
  readonly entries: readonly TrashEntry[] | undefined;
  readonly listError: EngineError | undefined;
  readonly settings: TrashSettings | undefined;
  /** The last thing that failed, until it is dismissed or another one is tried. */
  readonly failure: { readonly action: TrashAction; readonly name: string; readonly error: EngineError } | undefined;

  readonly refresh: () => Promise<void>;
  /** Whether what is removed is gone for good: asked anew, since no event tells of the settings. */
  readonly keepsNothing: () => Promise<boolean>;
  /** @param how where its name is taken. @returns what came back; why not is in `failure`. */
  readonly restore: (id: string, how?: RestoreHow) => Promise<Restored | undefined>;
  /** For good. @returns the bytes it gave back. */
  readonly remove: (id: string) => Promise<number | undefined>;
  readonly empty: () => Promise<number | undefined>;
  readonly changeSettings: (settings: TrashSettings) => Promise<boolean>;
  readonly dismissFailure: () => void;
  readonly onEvent: (event: EngineEvent) => void;
}

export type TrashStore = StoreApi<TrashState>;

export function createTrashStore(engine: EngineClient): TrashStore {
  return createStore<TrashState>()((set, get) => {
    const refresh = coalesced(async () => {
      try {
        const [entries, settings] = await Promise.all([
          engine.call('trash.list', {}),
          engine.call('trash.settings', {}),
        ]);
        set({ entries, settings, listError: undefined });
      } catch (thrown) {
        set({ listError: toEngineError(thrown) });
      }
    });
    const trying = (action: TrashAction, id = ''): Parameters<typeof attempt>[0] => {
      const name = get().entries?.find((entry) => entry.id === id)?.name ?? '';
      return { tell: (error) => set({ failure: error === undefined ? undefined : { action, name, error } }), refresh };
    };
    return {
      entries: undefined,
      listError: undefined,
      settings: undefined,
      failure: undefined,
      refresh,
      keepsNothing: async () => {
        await refresh();
        return get().settings?.maxBytes === 0;
      },
      restore: (id, how) => attempt(trying('restore', id), () => engine.call('trash.restore', { id, ...how })),
      remove: (id) => attempt(trying('remove', id), async () => (await engine.call('trash.remove', { id })).freedBytes),
      empty: () => attempt(trying('empty'), async () => (await engine.call('trash.empty', {})).freedBytes),
      changeSettings: async (settings) => {
        const changed = await attempt(trying('settings'), () => engine.call('trash.settings', settings));
        return changed !== undefined;
      },
      dismissFailure: () => set({ failure: undefined }),
      onEvent: ({ type, action }) => {
        // A name in the trash may be taken by then, or free again; what an entry keeps is known by its bytes later.
        const isName = type === 'container' && ['create', 'rename', 'destroy'].includes(action);
        if (type === 'trash' || type === 'image' || type === 'store' || isName) void refresh();
      },
    };
  });
}
