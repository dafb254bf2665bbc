import { type ReactNode, useEffect } from 'react';
import { useLocation } from 'wouter';
import { useStore } from 'zustand';

import type { ContainerDetails } from '#engine/contract/container.ts';
import type { EngineError } from '#engine/contract/errors.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { EmptyState } from '#renderer/ui/empty-state.tsx';
import { shortDigest } from '#renderer/ui/hash.tsx';
import { LinkButton } from '#renderer/ui/link-button.tsx';
import { Page } from '#renderer/ui/page.tsx';
import { Loading } from '#renderer/ui/progress.tsx';
import { Tabs } from '#renderer/ui/tabs.tsx';

import { ContainerFailureBanner } from './container-failure-banner.tsx';
import { ContainerHead } from './container-head.tsx';
import './container-screen.css';
import { DetailsTab } from './details-tab.tsx';

const tabs = ['terminal', 'logs', 'processes', 'stats', 'changes', 'details'] as const;
type TabName = (typeof tabs)[number];

interface ContainerScreenProps {
  /** An id, the beginning of one, or a name. */
  readonly container: string;
  /** As the address has it. */
  readonly tab: string | undefined;
  /** What the tabs show that are screens of their own. */
  readonly parts: Readonly<Record<Exclude<TabName, 'details'>, (details: ContainerDetails) => ReactNode>>;
}

/** One container: its terminals, its log, what it does, uses and changes, and how it was made. */
export function ContainerScreen(props: ContainerScreenProps): ReactNode {
  const { container } = props;
  const { containers } = appStores();
  const details = useStore(containers, (state) => state.details[container]);
  const error = useStore(containers, (state) => state.detailErrors[container]);
  useEffect(() => containers.getState().follow(container), [containers, container]);
  if (details !== undefined) return <ContainerPage {...props} details={details} />;
  const title = /^[0-9a-f]{64}$/.test(container) ? shortDigest(container) : container;
  return <Page title={title}>{error === undefined ? <Loading /> : <NoContainer error={error} />}</Page>;
}

function NoContainer({ error }: { readonly error: EngineError }): ReactNode {
  const t = useTranslate();
  const isGone = error.code === 'not-found';
  return (
    <EmptyState
      title={isGone ? t('container.notFound') : t(`errors.${error.code}`)}
      actions={<LinkButton href="#/containers">{t('container.toContainers')}</LinkButton>}
    >
      {isGone ? t('container.notFoundText') : error.message}
    </EmptyState>
  );
}

interface ContainerPageProps extends ContainerScreenProps {
  readonly details: ContainerDetails;
}

function ContainerPage({ container, tab, details, parts }: ContainerPageProps): ReactNode {
  const t = useTranslate();
  const [, navigate] = useLocation();
  const selected = tabs.find((name) => name === tab) ?? 'terminal';
  const onSelect = (name: TabName): void =>
    navigate(`/containers/${encodeURIComponent(container)}/${name}`, { replace: true });
  const { summary } = details;
  return (
    <Page
      title={summary.Names[0]?.replace(/^\//, '') ?? shortDigest(summary.Id)}
      head={<ContainerHead details={details} />}
    >
      <ContainerFailureBanner id={summary.Id} />
      <Tabs
        label={t('container.tabs')}
        selected={selected}
        onSelect={onSelect}
        tabs={tabs.map((id) => ({ id, label: t(`container.tab.${id}`) }))}
      >
        {selected === 'details' ? <DetailsTab details={details} /> : parts[selected](details)}
      </Tabs>
    </Page>
  );
}
