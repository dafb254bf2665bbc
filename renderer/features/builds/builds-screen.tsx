import { Hammer } from 'lucide-react';
import type { ReactNode } from 'react';
import { useStore } from 'zustand';

import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { Banner } from '#renderer/ui/banner.tsx';
import { EmptyState } from '#renderer/ui/empty-state.tsx';
import { LinkButton } from '#renderer/ui/link-button.tsx';
import { Page } from '#renderer/ui/page.tsx';
import { Loading } from '#renderer/ui/progress.tsx';

import './builds.css';
import { BuildsTable } from './builds-table.tsx';

/** `#/builds`: what is being built, and what was. */
export function BuildsScreen(): ReactNode {
  const t = useTranslate();
  const { builds, listError } = useStore(appStores().builds);
  const begin = (
    <LinkButton href="#/builds/new" variant="primary" icon={<Hammer aria-hidden />}>
      {t('builds.new')}
    </LinkButton>
  );
  return (
    <Page
      title={t('builds.title')}
      aside={builds !== undefined && <span className="faint numbers">{builds.length}</span>}
      actions={begin}
    >
      {listError !== undefined && (
        <div className="page-notices">
          <Banner tone="danger" title={t('builds.listFailed')}>
            {listError.message}
          </Banner>
        </div>
      )}
      {builds === undefined && listError === undefined && <Loading />}
      {builds?.length === 0 && (
        <EmptyState title={t('builds.none')} actions={begin}>
          {t('builds.noneText')}
        </EmptyState>
      )}
      {builds !== undefined && builds.length > 0 && <BuildsTable builds={builds} />}
    </Page>
  );
}
