import { type ReactNode, useState } from 'react';

import type { VolumeSummary } from '#engine/contract/volume.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { Button } from '#renderer/ui/button.tsx';
import { Dialog } from '#renderer/ui/dialog.tsx';
import { TextField } from '#renderer/ui/text-field.tsx';
import { toast } from '#renderer/ui/toast.tsx';

import { volumeLabel } from './volume-label.ts';

interface SavePointDialogProps {
  readonly volume: VolumeSummary;
  readonly onClose: () => void;
}

/** Names a moment. A failure stands above the list. */
export function SavePointDialog({ volume, onClose }: SavePointDialogProps): ReactNode {
  const t = useTranslate();
  const [name, setName] = useState('');
  const [note, setNote] = useState('');
  const submit = async (): Promise<void> => {
    onClose();
    const point = name.trim() === '' ? {} : { point: name.trim() };
    const said = note.trim() === '' ? {} : { note: note.trim() };
    if (
      await appStores()
        .savePoints.getState()
        .save({ ...point, ...said })
    ) {
      toast({ tone: 'good', title: t('volumes.saved') });
    }
  };
  return (
    <Dialog
      title={t('volumes.saveTitle', { name: volumeLabel(volume) })}
      isOpen
      onClose={onClose}
      onSubmit={() => void submit()}
      footer={
        <>
          <Button onPress={onClose}>{t('ui.cancel')}</Button>
          <Button variant="primary" type="submit">
            {t('volumes.saveAction')}
          </Button>
        </>
      }
    >
      <TextField
        label={t('volumes.pointName')}
        help={t('volumes.pointNameHelp')}
        value={name}
        onChange={setName}
        // oxlint-disable-next-line jsx-a11y/no-autofocus -- what is asked for first
        autoFocus
      />
      <TextField label={t('volumes.note')} value={note} onChange={setNote} rows={2} />
    </Dialog>
  );
}
