import type { ReactNode } from 'react';

import type { TakenTags } from '#engine/contract/trash.ts';
import { useFormat } from '#renderer/i18n/format.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { Button } from '#renderer/ui/button.tsx';
import { Dialog } from '#renderer/ui/dialog.tsx';

interface RestoreTagsProps {
  readonly name: string;
  /** Those that lead to another image by now. */
  readonly taken: readonly string[];
  readonly onRestore: (taken: TakenTags) => void;
  readonly onClose: () => void;
}

/** Tags of an image lead elsewhere by now: asks what becomes of them. */
export function RestoreTags({ name, taken, onRestore, onClose }: RestoreTagsProps): ReactNode {
  const t = useTranslate();
  const format = useFormat();
  const choose = (how: TakenTags): void => {
    onClose();
    onRestore(how);
  };
  return (
    <Dialog
      title={t('trash.tagsTaken', { name })}
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>{t('ui.cancel')}</Button>
          <Button onPress={() => choose('leave')}>{t('trash.tagsLeave')}</Button>
          <Button variant="primary" onPress={() => choose('take')}>
            {t('trash.tagsTake')}
          </Button>
        </>
      }
    >
      <p className="soft">{t('trash.tagsTakenText', { tags: format.list(taken), count: taken.length })}</p>
    </Dialog>
  );
}
