import { KeyRound, Settings2 } from 'lucide-react';
import { type ReactNode, useCallback, useEffect, useState } from 'react';
import { ListBox, ListBoxItem } from 'react-aria-components';
import { useSearch } from 'wouter';
import { useStore } from 'zustand';

import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { Banner } from '#renderer/ui/banner.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { EmptyState } from '#renderer/ui/empty-state.tsx';
import { goTo } from '#renderer/ui/hash-location.ts';
import { Page } from '#renderer/ui/page.tsx';
import { Loading } from '#renderer/ui/progress.tsx';
import { SearchField } from '#renderer/ui/search-field.tsx';
import { SplitPane } from '#renderer/ui/split-pane.tsx';
import { SubjectHead } from '#renderer/ui/subject-head.tsx';

import { LoginDialog } from './login-dialog.tsx';
import { ReachDialog } from './reach-dialog.tsx';
import './registries.css';
import { TagsPane } from './tags-pane.tsx';
import { usePages } from './use-pages.ts';

/** `#/registries/HOST?repository=NAME`: what a registry has, as far as it tells. */
export function RegistryScreen({ registry }: { readonly registry: string }): ReactNode {
  const t = useTranslate();
  const repository = new URLSearchParams(useSearch()).get('repository') ?? '';
  const [attempt, setAttempt] = useState(0);
  const choose = (name: string): void =>
    goTo(`/registries/${encodeURIComponent(registry)}?repository=${encodeURIComponent(name)}`, { replace: true });
  return (
    <Page
      title={registry}
      head={
        <SubjectHead
          list={{ href: '#/registries', label: t('registries.title') }}
          title={registry}
          facts={<span>{t('registries.asItTells')}</span>}
          actions={<RegistryActions registry={registry} onChanged={() => setAttempt(attempt + 1)} />}
        />
      }
    >
      <SplitPane
        sized="start"
        initial={340}
        least={240}
        most={640}
        storageKey="repositories"
        start={<Repositories key={attempt} registry={registry} chosen={repository} onChoose={choose} />}
        end={
          repository === '' ? (
            <EmptyState title={t('registries.choose')}>{t('registries.chooseText')}</EmptyState>
          ) : (
            <TagsPane key={`${repository} ${attempt}`} registry={registry} repository={repository} />
          )
        }
      />
    </Page>
  );
}

interface RegistryActionsProps {
  readonly registry: string;
  /** Whatever was said may let it tell more. */
  readonly onChanged: () => void;
}

function RegistryActions({ registry, onChanged }: RegistryActionsProps): ReactNode {
  const t = useTranslate();
  const { registries } = appStores();
  const known = useStore(registries, ({ settings }) => settings?.find((one) => one.registry === registry));
  const [asked, setAsked] = useState<'login' | 'reach'>();
  useEffect(() => void registries.getState().refresh(), [registries]);
  const close = (): void => {
    setAsked(undefined);
    onChanged();
  };
  return (
    <>
      <Button icon={<Settings2 aria-hidden />} onPress={() => setAsked('reach')}>
        {t('registries.reachOpen')}
      </Button>
      <Button icon={<KeyRound aria-hidden />} onPress={() => setAsked('login')}>
        {t('registries.login')}
      </Button>
      {asked === 'login' && <LoginDialog registry={registry} onClose={close} />}
      {asked === 'reach' && <ReachDialog registry={registry} known={known} onClose={close} />}
    </>
  );
}

interface RepositoriesProps {
  readonly registry: string;
  readonly chosen: string;
  readonly onChoose: (repository: string) => void;
}

function Repositories({ registry, chosen, onChoose }: RepositoriesProps): ReactNode {
  const t = useTranslate();
  const [search, setSearch] = useState('');
  const load = useCallback(
    (after: string | undefined) => appStores().registries.getState().repositories(registry, after),
    [registry],
  );
  const { names, hasMore, failure, more } = usePages(load);
  const shown = offered(names ?? [], search.trim());
  return (
    <section className="registry-list" aria-label={t('registries.repositories')}>
      <div className="registry-tools">
        <SearchField label={t('registries.repository')} value={search} onChange={setSearch} />
      </div>
      {failure !== undefined && (
        <Banner tone="plain" title={t('registries.noCatalogue')}>
          {failure.message}
        </Banner>
      )}
      {names === undefined && failure === undefined && <Loading />}
      {names?.length === 0 && shown.length === 0 && <p className="faint registry-none">{t('registries.empty')}</p>}
      <ListBox
        aria-label={t('registries.repositories')}
        className="registry-names"
        selectionMode="single"
        selectedKeys={chosen === '' ? [] : [chosen]}
        onSelectionChange={(keys) => {
          const [key] = keys === 'all' ? [] : keys;
          if (typeof key === 'string') onChoose(key);
        }}
      >
        {shown.map((name) => (
          <ListBoxItem key={name} id={name} textValue={name} className="registry-name cut">
            {name}
          </ListBoxItem>
        ))}
      </ListBox>
      {hasMore && (
        <div className="registry-tools">
          <Button size="small" onPress={more}>
            {t('registries.more')}
          </Button>
        </div>
      )}
    </section>
  );
}

/** Those that contain what is typed, and that itself: what a registry doesn't tell can be there all the same. */
function offered(names: readonly string[], typed: string): readonly string[] {
  const found = names.filter((name) => name.includes(typed));
  return typed === '' || found.includes(typed) ? found : [...found, typed];
}
