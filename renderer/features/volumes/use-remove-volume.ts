import type { VolumeSummary } from '#engine/contract/volume.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { undoToast } from '#renderer/ui/undo-toast.ts';

import { volumeLabel } from './volume-label.ts';

/** Into the trash, with a way back; a failure stands above the list. @returns whether it is gone. */
export function useRemoveVolume(): (volume: VolumeSummary) => Promise<boolean> {
  const t = useTranslate();
  return async (volume) => {
    const name = volumeLabel(volume);
    const { volumes, trash } = appStores();
    const entry = await volumes.getState().remove(volume.name);
    // Where the trash keeps nothing there is no entry, and no way back.
    if (entry === undefined) return volumes.getState().failure === undefined;
    const undo = async (): Promise<{ title: string; failure?: string }> => {
      if ((await trash.getState().restore(entry)) !== undefined) return { title: t('volumes.undone', { name }) };
      const failure = trash.getState().failure?.error.message ?? '';
      trash.getState().dismissFailure();
      return { title: t('volumes.undoFailed', { name }), failure };
    };
    undoToast({
      title: t('volumes.removed', { name }),
      text: t('containers.inTrash'),
      undoLabel: t('containers.undo'),
      undo,
    });
    return true;
  };
}
