import { type ReactNode, useState } from 'react';

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
  const go = async (volume: VolumeSummary): Promise<void> => {
    if (await remove(volume)) onRemoved();
  };
  const ask = async (volume: VolumeSummary): Promise<void> => {
    if (await appStores().trash.getState().keepsNothing()) setAsked(volume);
    else await go(volume);
  };
  return {
    ask: (volume) => void ask(volume),
    question: asked !== undefined && (
      <RemoveVolumeDialog volume={asked} onConfirm={() => void go(asked)} onClose={() => setAsked(undefined)} />
    ),
  };
}
