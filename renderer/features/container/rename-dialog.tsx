import { type ReactNode, useState } from 'react';

import type { ContainerDetails } from '#engine/contract/container.ts';
import { toEngineError } from '#engine/contract/errors.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { Button } from '#renderer/ui/button.tsx';
import { Dialog } from '#renderer/ui/dialog.tsx';
import { TextField } from '#renderer/ui/text-field.tsx';

interface RenameDialogProps {
  readonly details: ContainerDetails;
  readonly onClose: () => void;
}

export function RenameDialog({ details, onClose }: RenameDialogProps): ReactNode {
  const t = useTranslate();
  const { Id, Names } = details.summary;
  const before = Names[0]?.replace(/^\//, '') ?? '';
  const [name, setName] = useState(before);
  const [error, setError] = useState<string>();
  const submit = async (): Promise<void> => {
    try {
      await appStores().containers.getState().rename(Id, name.trim());
      onClose();
    } catch (thrown) {
      setError(toEngineError(thrown).message);
    }
  };
  return (
    <Dialog
      title={t('container.renameTitle', { name: before })}
      isOpen
      onClose={onClose}
      onSubmit={() => void submit()}
      footer={
        <>
          <Button onPress={onClose}>{t('ui.cancel')}</Button>
          <Button variant="primary" type="submit" isDisabled={name.trim() === '' || name.trim() === before}>
            {t('container.renameAction')}
          </Button>
        </>
      }
    >
      <TextField
        label={t('container.newName')}
        value={name}
        onChange={(text) => {
          setError(undefined);
          setName(text);
        }}
        error={error}
        mono
        // oxlint-disable-next-line jsx-a11y/no-autofocus -- the one thing that is asked for
        autoFocus
      />
    </Dialog>
  );
}
