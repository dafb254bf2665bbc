import { createStore, type StoreApi } from 'zustand/vanilla';

import type { ContainerSummary } from '#engine/contract/container.ts';

import type { ContainersStore } from './containers.ts';
import type { TrashStore } from './trash.ts';

export interface Removal {
  readonly containers: readonly ContainerSummary[];
  /** The trash's entries of those that are gone. */
  readonly trash: readonly string[];
}

/** Containers on their way to the trash: first a question, where something can't be had back, then the news. */
export interface RemovalState {
  /** What a person is being asked about. */
  readonly asked: readonly ContainerSummary[] | undefined;
  /** The last removal that was done. */
  readonly done: Removal | undefined;

  /** Removes them; asks first when some of them run, or when the trash keeps nothing. */
  readonly ask: (containers: readonly ContainerSummary[]) => Promise<void>;
  readonly confirm: () => Promise<void>;
  readonly close: () => void;
}

export type RemovalStore = StoreApi<RemovalState>;

interface Parts {
  readonly containers: ContainersStore;
  readonly trash: TrashStore;
}

export function createRemovalStore({ containers, trash }: Parts): RemovalStore {
  return createStore<RemovalState>()((set, get) => {
    const remove = async (removed: readonly ContainerSummary[]): Promise<void> => {
      set({ asked: undefined });
      const entries = await containers.getState().remove(removed.map(({ Id }) => Id));
      if (entries.length > 0) set({ done: { containers: removed, trash: entries } });
    };
    return {
      asked: undefined,
      done: undefined,
      ask: async (asked) => {
        if (asked.length === 0) return;
        const keepsNothing = await trash.getState().keepsNothing();
        if (keepsNothing || asked.some(isUp)) set({ asked });
        else await remove(asked);
      },
      confirm: () => remove(get().asked ?? []),
      close: () => set({ asked: undefined }),
    };
  });
}

/** Whether its processes are there, so that removing it ends them. */
export function isUp({ State }: Pick<ContainerSummary, 'State'>): boolean {
  return State === 'running' || State === 'paused' || State === 'restarting';
}
