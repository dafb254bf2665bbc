import { createStore, type StoreApi } from 'zustand/vanilla';

/** The run form, opened from wherever an image is shown. */
export interface RunFormState {
  /** The reference or id of the image it is open for. */
  readonly image: string | undefined;
  readonly openFor: (image: string) => void;
  readonly close: () => void;
}

export type RunFormStore = StoreApi<RunFormState>;

export const runFormStore: RunFormStore = createStore<RunFormState>()((set) => ({
  image: undefined,
  openFor: (image) => set({ image }),
  close: () => set({ image: undefined }),
}));
