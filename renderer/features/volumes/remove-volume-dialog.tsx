import type { ReactNode } from 'react';

import type { VolumeSummary } from '#engine/contract/volume.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { ConfirmDialog } from '#renderer/ui/dialog.tsx';

import { volumeLabel } from './volume-label.ts';

interface RemoveVolumeDialogProps {
  readonly volume: VolumeSummary;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

/** Asks first where the trash keeps nothing: a volume's data is nowhere else. */
export function RemoveVolumeDialog({ volume, onConfirm, onClose }: RemoveVolumeDialogProps): ReactNode {
  const t = useTranslate();
  return (
    <ConfirmDialog
      title={t('volumes.removeTitle', { name: volumeLabel(volume) })}
      isOpen
      action={t('volumes.removeAction')}
      onConfirm={() => {
        onClose();
        onConfirm();
      }}
      onClose={onClose}
    >
      <p className="soft">{t('volumes.removeText')}</p>
    </ConfirmDialog>
  );
}
