import { createStore, type StoreApi } from 'zustand/vanilla';

import type { EngineClient } from '#engine/contract/client.ts';
import type { WhyBig } from '#engine/contract/waste.ts';

import { load, type Loaded } from './loaded.ts';

/** Why one image is as big as it is: an image never changes, so it is asked once. */
export interface WhyBigState {
  readonly image: string | undefined;
  readonly answer: Loaded<WhyBig> | undefined;
  /** @returns stops asking. */
  readonly follow: (image: string) => () => void;
}

export type WhyBigStore = StoreApi<WhyBigState>;

export function createWhyBigStore(engine: EngineClient): WhyBigStore {
  return createStore<WhyBigState>()((set, get) => ({
    image: undefined,
    answer: undefined,
    follow: (image) => {
      const leaving = new AbortController();
      if (get().image !== image || get().answer?.status !== 'shown') {
        set({ image });
        void load(
          () => engine.call('inspect.whyBig', { image }, leaving.signal),
          (answer) => set({ answer }),
          leaving.signal,
        );
      }
      return () => leaving.abort();
    },
  }));
}
