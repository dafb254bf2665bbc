import { createStore, type StoreApi } from 'zustand/vanilla';

import type { EngineClient } from '#engine/contract/client.ts';
import type { ImageSummary } from '#engine/contract/image.ts';
import type { NamesPage } from '#engine/contract/registry.ts';
import type { PullPreview, PushPreview } from '#engine/contract/transfer-preview.ts';

/** What is about to be moved: the push dialog, and what pulls and pushes would do. */
export interface TransfersState {
  /** What is to be pushed, while the dialog asks where. */
  readonly pushed: ImageSummary | undefined;

  readonly askPush: (image: ImageSummary) => void;
  readonly closePush: () => void;
  /** @throws EngineError as all of these. */
  readonly previewPull: (
    wish: { readonly reference: string; readonly platform?: string | undefined },
    signal: AbortSignal,
  ) => Promise<PullPreview>;
  readonly previewPush: (wish: PushWish, signal?: AbortSignal) => Promise<PushPreview>;
  /** As a job. @param overwrite also a tag that leads to what was never seen here. */
  readonly push: (wish: PushWish, overwrite: boolean) => Promise<void>;
  /** What tags a repository has, as many as a list has room for. */
  readonly tags: (repository: string, signal: AbortSignal) => Promise<NamesPage>;
}

export interface PushWish {
  readonly reference: string;
  /** One that doesn't have that name here yet. */
  readonly image?: string;
}

export type TransfersStore = StoreApi<TransfersState>;

const OFFERED_TAGS = 500;

export function createTransfersStore(engine: EngineClient): TransfersStore {
  return createStore<TransfersState>()((set) => ({
    pushed: undefined,
    askPush: (pushed) => set({ pushed }),
    closePush: () => set({ pushed: undefined }),
    previewPull: ({ reference, platform }, signal) =>
      engine.call('images.previewPull', { reference, ...(platform === undefined ? {} : { platform }) }, signal),
    previewPush: (wish, signal) => engine.call('images.previewPush', wish, signal),
    push: async (wish, overwrite) => {
      await engine.call('images.push', { ...wish, overwrite });
    },
    tags: (repository, signal) => engine.call('registries.tags', { repository, limit: OFFERED_TAGS }, signal),
  }));
}
