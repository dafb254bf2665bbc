import { type ReactNode, useEffect } from 'react';
import { useLocation, useSearch } from 'wouter';
import { useStore } from 'zustand';

import type { Comparison } from '#engine/contract/comparison.ts';
import { useFormat } from '#renderer/i18n/format.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { Answered } from '#renderer/ui/answered.tsx';
import { EmptyState } from '#renderer/ui/empty-state.tsx';
import { Page } from '#renderer/ui/page.tsx';
import { Tabs } from '#renderer/ui/tabs.tsx';

import { CompareConfig } from './compare-config.tsx';
import { CompareContent } from './compare-content.tsx';
import { CompareFiles } from './compare-files.tsx';
import { CompareForm } from './compare-form.tsx';
import { compareAddress, parseDraft, sideOf } from './compare-sides.ts';
import { CompareSteps } from './compare-steps.tsx';
import './compare.css';

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
      {isWhole ? <Compared /> : <EmptyState title={t('compare.choose')}>{t('compare.chooseText')}</EmptyState>}
    </Page>
  );
}

function Compared(): ReactNode {
  const t = useTranslate();
  const search = new URLSearchParams(useSearch());
  const [before, now] = [search.get('before'), search.get('now')];
  const { comparison } = appStores();
  const result = useStore(comparison, (state) => state.result);
  useEffect(() => {
    const [one, other] = [sideOf(parseDraft(before)), sideOf(parseDraft(now))];
    if (one === undefined || other === undefined) return undefined;
    return comparison.getState().compare(one, other);
  }, [comparison, before, now]);
  return (
    <Answered asked={result} failed={t('compare.failed')}>
      {(shown) => <Result comparison={shown} />}
    </Answered>
  );
}

const views = ['files', 'config', 'steps', 'content'] as const;
type View = (typeof views)[number];

function Result({ comparison }: { readonly comparison: Comparison }): ReactNode {
  const t = useTranslate();
  const [location, navigate] = useLocation();
  const search = new URLSearchParams(useSearch());
  const view = views.find((name) => name === search.get('view')) ?? 'files';
  const onSelect = (name: View): void => {
    search.set('view', name);
    navigate(`${location}?${search}`, { replace: true });
  };
  return (
    <>
      <Sums comparison={comparison} />
      <Tabs
        label={t('compare.views')}
        selected={view}
        onSelect={onSelect}
        tabs={views.map((id) => ({ id, label: t(`compare.view.${id}`) }))}
      >
        {view === 'files' && <CompareFiles comparison={comparison} />}
        {view === 'config' && <CompareConfig comparison={comparison} />}
        {view === 'steps' && <CompareSteps comparison={comparison} />}
        {view === 'content' && <CompareContent comparison={comparison} />}
      </Tabs>
    </>
  );
}

function Sums({ comparison: { before, now, sharedLayers } }: { readonly comparison: Comparison }): ReactNode {
  const t = useTranslate();
  const format = useFormat();
  const delta = before.bytes === undefined || now.bytes === undefined ? undefined : now.bytes - before.bytes;
  return (
    <p className="compare-sums numbers soft">
      {[before, now].map(
        ({ name, bytes }, side) =>
          bytes !== undefined && (
            // oxlint-disable-next-line react/no-array-index-key -- a side is its place
            <span key={side}>{t('compare.bytes', { name, bytes: format.bytes(bytes) })}</span>
          ),
      )}
      {delta !== undefined && <strong>{format.bytesDelta(delta)}</strong>}
      <span>{t('compare.sharedLayers', { count: sharedLayers })}</span>
    </p>
  );
}
