import type { ReactNode } from 'react';

import type { TrashEntry } from '#engine/contract/trash.ts';
import { useFormat } from '#renderer/i18n/format.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { ConfirmDialog } from '#renderer/ui/dialog.tsx';
import { toast } from '#renderer/ui/toast.tsx';

import { entryLabel } from './entry-label.ts';

interface RemoveForGoodProps {
  readonly entries: readonly TrashEntry[];
  /** Whether the whole trash is meant. */
  readonly isAll: boolean;
  readonly onClose: () => void;
}

/** Asks first: this is where the way back ends. */
export function RemoveForGood({ entries, isAll, onClose }: RemoveForGoodProps): ReactNode {
  const t = useTranslate();
  const format = useFormat();
  const [first] = entries;
  const name = first === undefined ? '' : entryLabel(first);
  const remove = async (): Promise<void> => {
    onClose();
    const trash = appStores().trash.getState();
    const freed = isAll ? await trash.empty() : await trash.remove(first?.id ?? '');
    if (freed !== undefined) toast({ tone: 'good', title: t('trash.freed', { bytes: format.bytes(freed) }) });
  };
  return (
    <ConfirmDialog
      title={isAll ? t('trash.emptyTitle', { count: entries.length }) : t('trash.removeTitle', { name })}
      isOpen
      action={t(isAll ? 'trash.emptyAction' : 'trash.removeAction')}
      onConfirm={() => void remove()}
      onClose={onClose}
    >
      <p className="soft">{t('trash.removeText')}</p>
    </ConfirmDialog>
  );
}
