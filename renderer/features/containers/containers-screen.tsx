import { Play } from 'lucide-react';
import { type ReactNode, useCallback, useMemo, useState } from 'react';
import { useSearch } from 'wouter';
import { useStore } from 'zustand';

import type { ContainerSummary } from '#engine/contract/container.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { Button } from '#renderer/ui/button.tsx';
import { EmptyState } from '#renderer/ui/empty-state.tsx';
import { goTo } from '#renderer/ui/hash-location.ts';
import { Key } from '#renderer/ui/key.tsx';
import { LinkButton } from '#renderer/ui/link-button.tsx';
import { Page } from '#renderer/ui/page.tsx';
import { Loading } from '#renderer/ui/progress.tsx';
import { SearchField } from '#renderer/ui/search-field.tsx';
import { Segments } from '#renderer/ui/segments.tsx';
import { useChosenRows } from '#renderer/ui/use-chosen-rows.ts';
import { useWhileVisible } from '#renderer/ui/use-while-visible.ts';

import { BulkBar } from './bulk-bar.tsx';
import { compareContainers, containerOrders, isAlive, matchesSearch } from './container-words.ts';
import { ContainersNotices } from './containers-notices.tsx';
import './containers-screen.css';
import { ContainersTable } from './containers-table.tsx';
import { EmptyContainers } from './empty-containers.tsx';

type Shown = 'all' | 'running';

/** `#/containers?show=running`: which are shown stands in the address, so that the way back leads to the same list. */
function useShown(): [Shown, (shown: Shown) => void] {
  const shown = new URLSearchParams(useSearch()).get('show') === 'running' ? 'running' : 'all';
  return [shown, (next) => goTo(next === 'all' ? '/containers' : `/containers?show=${next}`, { replace: true })];
}

export function ContainersScreen(): ReactNode {
  const t = useTranslate();
  const containers = useStore(appStores().containers, (state) => state.containers);
  const listError = useStore(appStores().containers, (state) => state.listError);
  const [search, setSearch] = useState('');
  const [shown, setShown] = useShown();
  const found = useMemo(
    () =>
      containers?.filter(
        (container) => (shown === 'all' || isAlive(container.State)) && matchesSearch(container, search),
      ) ?? [],
    [containers, shown, search],
  );
  const count = containers?.length ?? 0;
  const showAll = (): void => {
    setSearch('');
    setShown('all');
  };
  return (
    <Page
      title={t('containers.title')}
      aside={count > 0 && <Count found={found.length} count={count} />}
      actions={count > 0 && <Actions search={search} onSearch={setSearch} shown={shown} onShow={setShown} />}
    >
      <ContainersNotices />
      {containers === undefined && listError === undefined && <Loading />}
      {containers?.length === 0 && <EmptyContainers />}
      {count > 0 && found.length === 0 && <NothingFound search={search} onShowAll={showAll} />}
      {found.length > 0 && <ContainersList containers={found} />}
    </Page>
  );
}

/** How many there are, and how many of them are shown. */
function Count({ found, count }: { readonly found: number; readonly count: number }): ReactNode {
  const t = useTranslate();
  return <span className="faint numbers">{found === count ? count : t('containers.found', { found, count })}</span>;
}

interface ActionsProps {
  readonly search: string;
  readonly onSearch: (search: string) => void;
  readonly shown: Shown;
  readonly onShow: (shown: Shown) => void;
}

function Actions({ search, onSearch, shown, onShow }: ActionsProps): ReactNode {
  const t = useTranslate();
  return (
    <>
      <Segments
        label={t('containers.show')}
        value={shown}
        choices={[
          { value: 'all', label: t('containers.show.all') },
          { value: 'running', label: t('containers.show.running') },
        ]}
        onChange={onShow}
      />
      <SearchField label={t('containers.search')} value={search} onChange={onSearch} hasShortcut />
      <LinkButton href="#/run" variant="primary" icon={<Play aria-hidden />}>
        {t('containers.runShort')}
      </LinkButton>
    </>
  );
}

interface NothingFoundProps {
  readonly search: string;
  readonly onShowAll: () => void;
}

function NothingFound({ search, onShowAll }: NothingFoundProps): ReactNode {
  const t = useTranslate();
  const isSearched = search.trim() !== '';
  return (
    <EmptyState
      title={isSearched ? t('containers.nothingFound', { search }) : t('containers.noneRunning')}
      actions={<Button onPress={onShowAll}>{t('containers.showAll')}</Button>}
    >
      {t(isSearched ? 'containers.nothingFoundText' : 'containers.noneRunningText')}
    </EmptyState>
  );
}

const containersOrder = { orders: containerOrders, compare: compareContainers, initial: 'state' } as const;

function ContainersList({ containers }: { readonly containers: readonly ContainerSummary[] }): ReactNode {
  const { usage, removal } = appStores();
  useWhileVisible(useCallback(() => usage.getState().open(), [usage]));
  const { rows, chosen, choose, table } = useChosenRows(containers, containersOrder);
  return (
    <>
      {chosen.length > 0 && <BulkBar chosen={chosen} onClear={() => choose(new Set())} />}
      <ContainersTable
        containers={rows}
        table={table}
        onRemove={(container) => void removal.getState().ask(chosen.includes(container) ? chosen : [container])}
      />
      <KeyLegend />
    </>
  );
}

/** What the keys do to the row in focus. */
function KeyLegend(): ReactNode {
  const t = useTranslate();
  return (
    <footer className="containers-foot">
      <span>
        <Key>{t('containers.keys.enter')}</Key> {t('containers.keys.open')}
      </span>
      <span>
        <Key>{t('containers.keys.space')}</Key> {t('containers.keys.choose')}
      </span>
      <span>
        <Key>L</Key> {t('containers.keys.logs')}
      </span>
      <span>
        <Key>{t('containers.keys.delete')}</Key> {t('containers.keys.remove')}
      </span>
    </footer>
  );
}
