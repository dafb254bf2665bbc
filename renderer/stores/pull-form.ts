import { createStore, type StoreApi } from 'zustand/vanilla';

/** The pull dialog, opened from wherever an image could be wanted. */
export interface PullFormState {
  readonly isOpen: boolean;
  /** What the field starts with. */
  readonly reference: string;
  readonly open: (reference?: string) => void;
  readonly close: () => void;
}

export type PullFormStore = StoreApi<PullFormState>;

export function createPullFormStore(): PullFormStore {
  return createStore<PullFormState>()((set) => ({
    isOpen: false,
    reference: '',
    open: (reference = '') => set({ isOpen: true, reference }),
    close: () => set({ isOpen: false }),
  }));
}
