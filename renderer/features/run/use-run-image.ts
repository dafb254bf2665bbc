import { useEffect } from 'react';
import { useStore } from 'zustand';

import type { ImageRunConfig } from '#engine/contract/image.ts';
import { appStores } from '#renderer/stores/app-context.ts';

import { findImage } from './local-image.ts';
import type { ImageFacts } from './run-draft.ts';

export interface RunImage {
  readonly facts: ImageFacts;
  /** What the image says, as soon as that is known. */
  readonly config: ImageRunConfig | undefined;
}

/** What is known of the image that a name means. */
export function useRunImage(name: string): RunImage {
  const { images } = appStores();
  const list = useStore(images, (state) => state.images);
  const id = list === undefined ? undefined : findImage(list, name)?.Id;
  useEffect(() => (id === undefined ? undefined : images.getState().follow(id)), [images, id]);
  const config = useStore(images, (state) => (id === undefined ? undefined : state.details[id]?.config));
  return {
    config,
    facts: {
      isLocal: list === undefined || id !== undefined,
      hasCommand: config === undefined || config.cmd.length > 0 || config.entrypoint.length > 0,
    },
  };
}
