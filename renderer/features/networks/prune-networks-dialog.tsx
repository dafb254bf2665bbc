import type { ReactNode } from 'react';
import { useStore } from 'zustand';

import type { NetworkSummary } from '#engine/contract/network.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { ConfirmDialog } from '#renderer/ui/dialog.tsx';
import { toast } from '#renderer/ui/toast.tsx';

/** No container is to be in it, running or not. */
export function isUnused({ isPredefined, members }: NetworkSummary): boolean {
  return !isPredefined && members.length === 0;
}

/** Says what would go before it goes. */
export function PruneNetworksDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const t = useTranslate();
  const networks = useStore(appStores().networks, (state) => state.networks) ?? [];
  const unused = networks.filter(isUnused);
  const prune = async (): Promise<void> => {
    onClose();
    const removed = await appStores().networks.getState().prune();
    if (removed !== undefined) toast({ tone: 'good', title: t('networks.pruned', { count: removed.length }) });
  };
  return (
    <ConfirmDialog
      title={t('networks.pruneTitle', { count: unused.length })}
      isOpen
      action={t('networks.removeAction')}
      onConfirm={() => void prune()}
      onClose={onClose}
      isDisabled={unused.length === 0}
    >
      <ul className="networks-unused">
        {unused.map(({ id, name, subnets }) => (
          <li key={id}>
            {name} <code className="faint">{subnets.map(({ subnet }) => subnet).join(' ')}</code>
          </li>
        ))}
      </ul>
      <p className="soft">{t('networks.pruneText')}</p>
    </ConfirmDialog>
  );
}
