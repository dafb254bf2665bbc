import { BadgeCheck, Search } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useEffect, useState } from 'react';
import { ListBox, ListBoxItem, Text } from 'react-aria-components';
import { useStore } from 'zustand';

import type { FoundRepository } from '#engine/contract/registry.ts';
import { useFormat } from '#renderer/i18n/format.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { knownRegistries } from '#renderer/stores/registries.ts';
import { Banner } from '#renderer/ui/banner.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { Loading } from '#renderer/ui/progress.tsx';
import { Select } from '#renderer/ui/select.tsx';
import { TextField } from '#renderer/ui/text-field.tsx';

import './transfer.css';

interface FindRepositoryProps {
  /** @param name of what was found, as it is pulled. */
  readonly onChoose: (name: string) => void;
}

/** For who doesn't know what it is called. */
export function FindRepository({ onChoose }: FindRepositoryProps): ReactNode {
  const t = useTranslate();
  const [isOpen, setIsOpen] = useState(false);
  if (!isOpen) {
    return (
      <span>
        <Button size="small" icon={<Search aria-hidden />} onPress={() => setIsOpen(true)}>
          {t('pull.find')}
        </Button>
      </span>
    );
  }
  return (
    <Finder
      onChoose={(name) => {
        setIsOpen(false);
        onChoose(name);
      }}
    />
  );
}

/** Repositories of a registry by a part of their names, or all that it tells of. */
function Finder({ onChoose }: FindRepositoryProps): ReactNode {
  const t = useTranslate();
  const { registries, repositorySearch } = appStores();
  const known = knownRegistries(useStore(registries));
  const [registry, setRegistry] = useState('docker.io');
  const [term, setTerm] = useState('');
  useEffect(() => {
    void registries.getState().refresh();
    return () => repositorySearch.getState().clear();
  }, [registries, repositorySearch]);
  const search = (): void => void repositorySearch.getState().search({ registry, term: term.trim() });
  // Enter would pull: the dialog is a form.
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    search();
  };
  return (
    <section className="transfer" aria-label={t('pull.find')}>
      <div className="find-line">
        <Select
          label={t('pull.findRegistry')}
          value={registry}
          choices={known.map((value) => ({ value, label: value }))}
          onChange={setRegistry}
        />
        <TextField
          label={t('pull.findTerm')}
          value={term}
          onChange={setTerm}
          onKeyDown={onKeyDown}
          // oxlint-disable-next-line jsx-a11y/no-autofocus -- what was asked for
          autoFocus
          mono
        />
        <Button icon={<Search aria-hidden />} onPress={search}>
          {t('pull.findAction')}
        </Button>
      </div>
      <Found onChoose={onChoose} />
    </section>
  );
}

function Found({ onChoose }: FindRepositoryProps): ReactNode {
  const t = useTranslate();
  const { found, hasMore, isAsking, failure, more } = useStore(appStores().repositorySearch);
  return (
    <>
      {failure !== undefined && (
        <Banner tone="plain" title={t('pull.findFailed')}>
          {failure.message}
        </Banner>
      )}
      {found?.length === 0 && <p className="faint">{t('pull.findNone')}</p>}
      {found !== undefined && found.length > 0 && (
        <ListBox aria-label={t('pull.found')} className="found" onAction={(key) => onChoose(String(key))}>
          {found.map((repository) => (
            <FoundItem key={repository.name} repository={repository} />
          ))}
        </ListBox>
      )}
      {isAsking && <Loading />}
      {hasMore && !isAsking && (
        <span>
          <Button size="small" onPress={() => void more()}>
            {t('pull.findMore')}
          </Button>
        </span>
      )}
    </>
  );
}

function FoundItem({ repository }: { readonly repository: FoundRepository }): ReactNode {
  const t = useTranslate();
  const format = useFormat();
  const { name, description, stars, isOfficial } = repository;
  return (
    <ListBoxItem id={name} textValue={name} className="option found-item">
      <Text slot="label" className="found-name">
        <code className="cut">{name}</code>
        {isOfficial && (
          <span className="found-mark">
            <BadgeCheck aria-hidden size={14} />
            {t('pull.findOfficial')}
          </span>
        )}
        {stars > 0 && <span className="faint numbers">{t('pull.findStars', { stars: format.count(stars) })}</span>}
      </Text>
      {description !== '' && (
        <Text slot="description" className="small soft cut">
          {description}
        </Text>
      )}
    </ListBoxItem>
  );
}
