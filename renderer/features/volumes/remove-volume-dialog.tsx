import type { ReactNode } from 'react';

import type { VolumeSummary } from '#engine/contract/volume.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { ConfirmDialog } from '#renderer/ui/dialog.tsx';
import { toast } from '#renderer/ui/toast.tsx';

import { volumeLabel } from './volume-label.ts';

interface RemoveVolumeDialogProps {
  readonly volume: VolumeSummary;
  readonly onClose: () => void;
}

/** Asks first: a volume's data is nowhere else. */
export function RemoveVolumeDialog({ volume, onClose }: RemoveVolumeDialogProps): ReactNode {
  const t = useTranslate();
  const name = volumeLabel(volume);
  const remove = async (): Promise<void> => {
    onClose();
    // A failure stands above the list.
    if (await appStores().volumes.getState().remove(volume.name)) {
      toast({ tone: 'good', title: t('volumes.removed', { name }) });
    }
  };
  return (
    <ConfirmDialog
      title={t('volumes.removeTitle', { name })}
      isOpen
      action={t('volumes.removeAction')}
      onConfirm={() => void remove()}
      onClose={onClose}
    >
      <p className="soft">{t('volumes.removeText')}</p>
    </ConfirmDialog>
  );
}
