import { type ReactNode, useState } from 'react';

import type { TrashEntry } from '#engine/contract/trash.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { Button } from '#renderer/ui/button.tsx';
import { Dialog } from '#renderer/ui/dialog.tsx';
import { TextField } from '#renderer/ui/text-field.tsx';

interface RestoreAsProps {
  readonly entry: TrashEntry;
  readonly onRestore: (name: string) => void;
  readonly onClose: () => void;
}

/** Its name is somebody else's by now: asks for another one. */
export function RestoreAs({ entry, onRestore, onClose }: RestoreAsProps): ReactNode {
  const t = useTranslate();
  const [name, setName] = useState(`${entry.name}-restored`);
  const submit = (): void => {
    if (name.trim() === '') return;
    onClose();
    onRestore(name.trim());
  };
  return (
    <Dialog
      title={t('trash.nameTaken', { name: entry.name })}
      isOpen
      onClose={onClose}
      onSubmit={submit}
      footer={
        <>
          <Button onPress={onClose}>{t('ui.cancel')}</Button>
          <Button variant="primary" type="submit" isDisabled={name.trim() === ''}>
            {t('trash.restore')}
          </Button>
        </>
      }
    >
      <p className="soft">{t('trash.nameTakenText', { name: entry.name })}</p>
      {/* oxlint-disable-next-line jsx-a11y/no-autofocus -- the one thing that is asked for */}
      <TextField label={t('trash.otherName')} value={name} onChange={setName} mono autoFocus />
    </Dialog>
  );
}
