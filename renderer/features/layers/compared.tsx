import { type ReactNode, useEffect, useState } from 'react';
import { useLocation, useSearch } from 'wouter';
import { useStore } from 'zustand';

import type { Comparison } from '#engine/contract/comparison.ts';
import { useFormat } from '#renderer/i18n/format.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { formatDraft, parseDraft, type SideDraft, sideOf } from '#renderer/stores/compare-sides.ts';
import { Answered } from '#renderer/ui/answered.tsx';
import { Tabs } from '#renderer/ui/tabs.tsx';

import { CompareConfig } from './compare-config.tsx';
import { CompareContent } from './compare-content.tsx';
import { CompareFiles } from './compare-files.tsx';
import { CompareSteps } from './compare-steps.tsx';
import './compare.css';

interface ComparedProps {
  readonly before: SideDraft;
  readonly now: SideDraft;
}

/** How the two differ. What only a registry has is downloaded once somebody has read how much that is. */
export function Compared({ before, now }: ComparedProps): ReactNode {
  const t = useTranslate();
  const { comparison } = appStores();
  const result = useStore(comparison, (state) => state.result);
  const [isFetching, setIsFetching] = useState(false);
  const [one, other] = [formatDraft(before), formatDraft(now)];
  useEffect(() => {
    const sides = [one, other].map((side) => sideOf(parseDraft(side), isFetching));
    const [earlier, later] = sides;
    if (earlier === undefined || later === undefined) return undefined;
    return comparison.getState().compare(earlier, later);
  }, [comparison, one, other, isFetching]);
  return (
    <Answered asked={result} failed={t('compare.failed')}>
      {(shown) => <Result comparison={shown} onFetch={() => setIsFetching(true)} />}
    </Answered>
  );
}

const views = ['files', 'config', 'steps', 'content'] as const;
type View = (typeof views)[number];

interface ResultProps {
  readonly comparison: Comparison;
  /** Downloads what isn't here. */
  readonly onFetch: () => void;
}

function Result({ comparison, onFetch }: ResultProps): ReactNode {
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
        {view === 'files' && <CompareFiles comparison={comparison} onFetch={onFetch} />}
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
