import type { ReactNode } from 'react';
import { useLocation, useSearch } from 'wouter';

import { useTranslate } from '#renderer/i18n/translate.ts';
import { compareAddress, parseDraft, sideOf } from '#renderer/stores/compare-sides.ts';
import { EmptyState } from '#renderer/ui/empty-state.tsx';
import { Page } from '#renderer/ui/page.tsx';

import { CompareForm } from './compare-form.tsx';
import './compare.css';
import { Compared } from './compared.tsx';

/** Any two things that have files, side by side; the address names them. */
export function CompareScreen(): ReactNode {
  const t = useTranslate();
  const [, navigate] = useLocation();
  const search = new URLSearchParams(useSearch());
  const [before, now] = [parseDraft(search.get('before')), parseDraft(search.get('now'))];
  const view = search.get('view');
  const isWhole = sideOf(before) !== undefined && sideOf(now) !== undefined;
  return (
    <Page title={t('compare.title')}>
      <CompareForm
        key={compareAddress(before, now)}
        before={before}
        now={now}
        onCompare={(address) => navigate(view === null ? address : `${address}&view=${view}`, { replace: true })}
      />
      {isWhole ? (
        <Compared key={`result ${compareAddress(before, now)}`} before={before} now={now} />
      ) : (
        <EmptyState title={t('compare.choose')}>{t('compare.chooseText')}</EmptyState>
      )}
    </Page>
  );
}
