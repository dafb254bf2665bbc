import { Eraser, Plus } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useStore } from 'zustand';

import type { NetworkSummary } from '#engine/contract/network.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { Button } from '#renderer/ui/button.tsx';
import { Page } from '#renderer/ui/page.tsx';
import { Loading } from '#renderer/ui/progress.tsx';

import { CreateNetworkDialog } from './create-network-dialog.tsx';
import { NetworkNotices } from './network-notices.tsx';
import './networks.css';
import { NetworksTable } from './networks-table.tsx';
import { isUnused, PruneNetworksDialog } from './prune-networks-dialog.tsx';
import { ReachTable } from './reach-table.tsx';
import { RemoveNetworkDialog } from './remove-network-dialog.tsx';

/** `#/networks`: what there is, who is on each, and who can reach whom. */
export function NetworksScreen(): ReactNode {
  const t = useTranslate();
  const { networks, listError } = useStore(appStores().networks);
  return (
    <Page
      title={t('networks.title')}
      aside={networks !== undefined && <span className="faint numbers">{networks.length}</span>}
      actions={<Actions />}
    >
      <NetworkNotices />
      {networks === undefined && listError === undefined && <Loading />}
      {networks !== undefined && <Networks networks={networks} />}
    </Page>
  );
}

function Networks({ networks }: { readonly networks: readonly NetworkSummary[] }): ReactNode {
  const [removing, setRemoving] = useState<NetworkSummary>();
  return (
    <div className="page-scroll">
      <div className="networks">
        <NetworksTable networks={networks} onRemove={setRemoving} />
        <ReachTable networks={networks} />
      </div>
      {removing !== undefined && <RemoveNetworkDialog network={removing} onClose={() => setRemoving(undefined)} />}
    </div>
  );
}

function Actions(): ReactNode {
  const t = useTranslate();
  const [isCreating, setIsCreating] = useState(false);
  const [isPruning, setIsPruning] = useState(false);
  const unused = useStore(appStores().networks, ({ networks }) => networks?.some(isUnused) === true);
  return (
    <>
      <Button icon={<Eraser aria-hidden />} isDisabled={!unused} onPress={() => setIsPruning(true)}>
        {t('networks.prune')}
      </Button>
      <Button variant="primary" icon={<Plus aria-hidden />} onPress={() => setIsCreating(true)}>
        {t('networks.create')}
      </Button>
      {isCreating && <CreateNetworkDialog onClose={() => setIsCreating(false)} />}
      {isPruning && <PruneNetworksDialog onClose={() => setIsPruning(false)} />}
    </>
  );
}
