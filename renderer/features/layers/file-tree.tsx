import { type ReactNode, useMemo } from 'react';
import { useStore } from 'zustand';

import type { ImageDetails } from '#engine/contract/image.ts';
import type { EntryChange, TreeSort } from '#engine/contract/layer.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { TreeListing } from '#renderer/stores/tree-listing.ts';
import { Banner } from '#renderer/ui/banner.tsx';
import { EmptyState } from '#renderer/ui/empty-state.tsx';
import { Loading } from '#renderer/ui/progress.tsx';

import { ChosenLayer } from './chosen-layer.tsx';
import './file-tree.css';
import { RangeSummaryLine } from './range-summary-line.tsx';
import type { Span } from './stack-shape.ts';
import { TreeFilters, TreeSorting } from './tree-filters.tsx';
import { TreeColumns, TreeLines } from './tree-lines.tsx';

export interface FileTreeProps {
  readonly details: ImageDetails;
  readonly span: Span;
  readonly shown: readonly EntryChange[];
  readonly onShown: (shown: readonly EntryChange[]) => void;
  readonly sort: TreeSort;
  readonly onSort: (sort: TreeSort) => void;
}

/** The files of the chosen layers, with what they do to those below. */
export function FileTree({ details, span, shown, onShown, sort, onSort }: FileTreeProps): ReactNode {
  const t = useTranslate();
  const tree = useStore(appStores().layerTree);
  const { directories, open, error, isLoading, view, summary, selected, select } = tree;
  const lines = useMemo(() => new TreeListing(directories, open), [directories, open]);
  const diffIds = useMemo(() => details.layers.map(({ diffId }) => diffId), [details.layers]);
  const title = useRangeTitle(span, details.layers.length);
  const only = span.from === span.to ? details.layers[span.to] : undefined;
  const isCompared = (view?.from ?? span.from) > 0;
  return (
    <section className="files" data-compared={isCompared} aria-label={t('layers.tree', { range: title })}>
      <header className="files-head">
        <h2 className="files-title">{title}</h2>
        <RangeSummaryLine summary={summary} isCompared={isCompared} />
        {only !== undefined && <ChosenLayer key={only.diffId} layer={only} number={span.to + 1} />}
      </header>
      <div className="files-tools">
        {span.from > 0 && <TreeFilters shown={shown} onShown={onShown} summary={summary} />}
        <TreeSorting sort={sort} onSort={onSort} isCompared={isCompared} />
      </div>
      {error !== undefined && (
        <Banner tone="danger" title={t('layers.treeFailed')}>
          {error.message}
        </Banner>
      )}
      <TreeColumns />
      {lines.length > 0 ? (
        <TreeLines
          lines={lines}
          directories={directories}
          diffIds={diffIds}
          isCompared={isCompared}
          title={t('layers.tree', { range: title })}
          selected={selected?.path}
          onSelect={(row) => void select(row)}
          browsing={tree}
        />
      ) : (
        <Nothing isLoading={isLoading} />
      )}
    </section>
  );
}

function Nothing({ isLoading }: { readonly isLoading: boolean }): ReactNode {
  const t = useTranslate();
  if (isLoading) return <Loading />;
  return <EmptyState title={t('layers.noFiles')}>{t('layers.empty')}</EmptyState>;
}

/** What a span is called: `Layer 2`, `Layers 2–4`, `Whole image`. */
function useRangeTitle({ from, to }: Span, layerCount: number): string {
  const t = useTranslate();
  if (from === 0 && to === layerCount - 1) return t('layers.whole');
  if (from === to) return t('layers.layerNumber', { number: to + 1 });
  if (from === 0) return t('layers.upToNumber', { number: to + 1 });
  return t('layers.rangeNumbers', { from: from + 1, to: to + 1 });
}
