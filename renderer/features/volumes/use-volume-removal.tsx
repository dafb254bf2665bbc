import { type ReactNode, useState } from 'react';
import { useStore } from 'zustand';

import type { VolumeSummary } from '#engine/contract/volume.ts';
import { appStores } from '#renderer/stores/app-context.ts';

import { RemoveVolumeDialog } from './remove-volume-dialog.tsx';
import { useRemoveVolume } from './use-remove-volume.ts';

interface VolumeRemoval {
  /** Removes it; asks first where the trash keeps nothing. */
  readonly ask: (volume: VolumeSummary) => void;
  /** What a person is being asked. */
  readonly question: ReactNode;
}

/** @param onRemoved called when one is gone. */
export function useVolumeRemoval(onRemoved: () => void = () => undefined): VolumeRemoval {
  const [asked, setAsked] = useState<VolumeSummary>();
  const remove = useRemoveVolume();
  const keepsNothing = useStore(appStores().trash, ({ settings }) => settings?.maxBytes === 0);
  const go = async (volume: VolumeSummary): Promise<void> => {
    if (await remove(volume)) onRemoved();
  };
  return {
    ask: (volume) => (keepsNothing ? setAsked(volume) : void go(volume)),
    question: asked !== undefined && (
      <RemoveVolumeDialog volume={asked} onConfirm={() => void go(asked)} onClose={() => setAsked(undefined)} />
    ),
  };
}
