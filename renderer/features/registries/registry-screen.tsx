import { KeyRound } from 'lucide-react';
import { type ReactNode, useCallback, useState } from 'react';
import { ListBox, ListBoxItem } from 'react-aria-components';
import { useSearch } from 'wouter';

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
import './registries.css';
import { TagsPane } from './tags-pane.tsx';
import { usePages } from './use-pages.ts';

/** `#/registries/HOST?repository=NAME`: what a registry has, as far as it tells. */
export function RegistryScreen({ registry }: { readonly registry: string }): ReactNode {
  const t = useTranslate();
  const repository = new URLSearchParams(useSearch()).get('repository') ?? '';
  const [isLoggingIn, setIsLoggingIn] = useState(false);
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
          actions={
            <Button icon={<KeyRound aria-hidden />} onPress={() => setIsLoggingIn(true)}>
              {t('registries.login')}
            </Button>
          }
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
      {isLoggingIn && (
        <LoginDialog
          registry={registry}
          onClose={() => {
            setIsLoggingIn(false);
            setAttempt(attempt + 1);
          }}
        />
      )}
    </Page>
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
