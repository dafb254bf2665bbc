import { Trash2 } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useLocation } from 'wouter';
import { useStore } from 'zustand';

import type { NetworkSummary } from '#engine/contract/network.ts';
import { useFormat } from '#renderer/i18n/format.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { Badge } from '#renderer/ui/badge.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { EmptyState } from '#renderer/ui/empty-state.tsx';
import { Hash } from '#renderer/ui/hash.tsx';
import { LinkButton } from '#renderer/ui/link-button.tsx';
import { Page } from '#renderer/ui/page.tsx';
import { Loading } from '#renderer/ui/progress.tsx';
import { SubjectHead } from '#renderer/ui/subject-head.tsx';

import { ConnectButton } from './connect-dialog.tsx';
import { MembersTable } from './members-table.tsx';
import { NetworkNotices } from './network-notices.tsx';
import './networks.css';
import { RemoveNetworkDialog } from './remove-network-dialog.tsx';

/** One network: who is on it, by which names and addresses. @param network its name or id */
export function NetworkScreen({ network }: { readonly network: string }): ReactNode {
  const t = useTranslate();
  const networks = useStore(appStores().networks, (state) => state.networks);
  const found = networks?.find(({ name, id }) => name === network || id === network);
  if (found !== undefined) return <NetworkPage network={found} />;
  return (
    <Page title={network}>
      {networks === undefined ? (
        <Loading />
      ) : (
        <EmptyState
          title={t('networks.none')}
          actions={<LinkButton href="#/networks">{t('networks.toList')}</LinkButton>}
        >
          {t('networks.noneText')}
        </EmptyState>
      )}
    </Page>
  );
}

function NetworkPage({ network }: { readonly network: NetworkSummary }): ReactNode {
  const t = useTranslate();
  const { name, members, driver, resolvesNames } = network;
  return (
    <Page title={name} head={<NetworkHead network={network} />}>
      <NetworkNotices />
      {driver === 'bridge' && (
        <p className="networks-note soft">{t(resolvesNames ? 'networks.namesHelp' : 'networks.noNames')}</p>
      )}
      {members.length === 0 ? (
        <EmptyState title={t('networks.empty')}>{t('networks.emptyText')}</EmptyState>
      ) : (
        <MembersTable network={network} />
      )}
    </Page>
  );
}

function NetworkHead({ network }: { readonly network: NetworkSummary }): ReactNode {
  const t = useTranslate();
  const format = useFormat();
  const [, navigate] = useLocation();
  const [isRemoving, setIsRemoving] = useState(false);
  const { id, name, driver, internal, isPredefined, subnets, mtu, createdAt, members } = network;
  return (
    <SubjectHead
      list={{ href: '#/networks', label: t('networks.back') }}
      title={name}
      marks={
        <>
          <Badge>{t(`networks.kind.${driver}`)}</Badge>
          {internal && <Badge tone="warning">{t('networks.internal')}</Badge>}
        </>
      }
      facts={
        <>
          <Hash digest={id} what={t('networks.id')} />
          {subnets.map(({ subnet, gateway }) => (
            <span key={subnet}>
              <code>{subnet}</code> · {t('networks.gateway', { address: gateway })}
            </span>
          ))}
          {driver === 'bridge' && <span>{t('networks.mtu', { mtu })}</span>}
          <span title={format.dateTime(createdAt)}>{format.ago(createdAt)}</span>
        </>
      }
      actions={
        <>
          {driver === 'bridge' && <ConnectButton network={network} />}
          {!isPredefined && (
            <Button
              icon={<Trash2 aria-hidden />}
              isDisabled={members.some(({ running }) => running)}
              onPress={() => setIsRemoving(true)}
            >
              {t('networks.removeAction')}
            </Button>
          )}
          {isRemoving && (
            <RemoveNetworkDialog
              network={network}
              onClose={() => setIsRemoving(false)}
              onRemoved={() => navigate('/networks', { replace: true })}
            />
          )}
        </>
      }
    />
  );
}
