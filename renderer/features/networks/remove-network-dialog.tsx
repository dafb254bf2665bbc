import type { ReactNode } from 'react';

import type { NetworkSummary } from '#engine/contract/network.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { ConfirmDialog } from '#renderer/ui/dialog.tsx';
import { toast } from '#renderer/ui/toast.tsx';

interface RemoveNetworkDialogProps {
  readonly network: NetworkSummary;
  readonly onRemoved?: () => void;
  readonly onClose: () => void;
}

/** Asks first: containers may count on it. */
export function RemoveNetworkDialog({ network, onRemoved, onClose }: RemoveNetworkDialogProps): ReactNode {
  const t = useTranslate();
  const { name } = network;
  const remove = async (): Promise<void> => {
    onClose();
    if (!(await appStores().networks.getState().remove(network))) return;
    toast({ tone: 'good', title: t('networks.removed', { name }) });
    onRemoved?.();
  };
  return (
    <ConfirmDialog
      title={t('networks.removeTitle', { name })}
      isOpen
      action={t('networks.removeAction')}
      onConfirm={() => void remove()}
      onClose={onClose}
    >
      <p className="soft">{t('networks.removeText')}</p>
    </ConfirmDialog>
  );
}
