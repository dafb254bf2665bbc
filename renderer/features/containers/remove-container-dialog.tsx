import type { ReactNode } from 'react';

import type { ContainerSummary } from '#engine/contract/container.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { Banner } from '#renderer/ui/banner.tsx';
import { ConfirmDialog } from '#renderer/ui/dialog.tsx';
import { toast } from '#renderer/ui/toast.tsx';

import { containerName, isAlive } from './container-words.ts';

interface RemoveContainerDialogProps {
  readonly container: ContainerSummary;
  readonly onClose: () => void;
}

/** Asks first: what the container has changed in its files can't be had back. */
export function RemoveContainerDialog({ container, onClose }: RemoveContainerDialogProps): ReactNode {
  const t = useTranslate();
  const name = containerName(container);
  const isRunning = isAlive(container.State);
  const remove = async (): Promise<void> => {
    onClose();
    const { containers } = appStores();
    await containers.getState().act('remove', [container.Id]);
    // A failure stands above the list.
    if (containers.getState().failures[container.Id] !== undefined) return;
    toast({ tone: 'good', title: t('containers.removed', { name }) });
  };
  return (
    <ConfirmDialog
      title={t('containers.removeTitle', { name })}
      isOpen
      action={t(isRunning ? 'containers.removeForce' : 'containers.removeAction')}
      onConfirm={() => void remove()}
      onClose={onClose}
    >
      {isRunning && <Banner tone="warning">{t('containers.removeRunning')}</Banner>}
      <p className="soft">{t('containers.removeText')}</p>
      {container.Mounts.length > 0 && <p className="soft">{t('containers.removeBinds')}</p>}
    </ConfirmDialog>
  );
}
