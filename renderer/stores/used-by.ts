import { createStore, type StoreApi } from 'zustand/vanilla';

import type { EngineClient } from '#engine/contract/client.ts';
import type { EngineEvent } from '#engine/contract/event.ts';
import type { UsedBy, UsedThing } from '#engine/contract/sharing.ts';

import { coalesced } from './coalesced.ts';
import { load, type Loaded } from './loaded.ts';

/** What can't do without an image or a layer, as the engine last told; asked for only while somebody looks. */
export interface UsedByState {
  /** By `keyOfThing`. */
  readonly answers: Readonly<Record<string, Loaded<UsedBy>>>;
  /** @returns stops following. */
  readonly follow: (thing: UsedThing) => () => void;
  readonly onEvent: (event: EngineEvent) => void;
}

export type UsedByStore = StoreApi<UsedByState>;

const kinds: ReadonlySet<EngineEvent['type']> = new Set(['image', 'container', 'trash']);
const never = new AbortController().signal;

export function keyOfThing(thing: UsedThing): string {
  return 'layer' in thing ? `layer ${thing.layer}` : `image ${thing.image}`;
}

export function createUsedByStore(engine: EngineClient): UsedByStore {
  return createStore<UsedByState>()((set, get) => {
    /** One for each that looks. */
    const followers = new Set<() => Promise<void>>();
    const refresherOf = (thing: UsedThing): (() => Promise<void>) => {
      const key = keyOfThing(thing);
      const tell = (answer: Loaded<UsedBy>): void => {
        const { answers } = get();
        // What is shown stays until there is something newer.
        if (answer.status !== 'loading' || answers[key]?.status !== 'shown') {
          set({ answers: { ...answers, [key]: answer } });
        }
      };
      return coalesced(() => load(() => engine.call('inspect.usedBy', thing), tell, never));
    };
    return {
      answers: {},
      follow: (thing) => {
        const refresh = refresherOf(thing);
        followers.add(refresh);
        void refresh();
        return () => followers.delete(refresh);
      },
      onEvent: ({ type }) => {
        if (kinds.has(type)) for (const refresh of followers) void refresh();
      },
    };
  });
}
