import { type ReactNode, useCallback, useMemo } from 'react';
import { useStore } from 'zustand';

import type { ImageDetails, ImageLayer } from '#engine/contract/image.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { type Directories, treeLines, type TreeLine } from '#renderer/stores/layer-tree-rows.ts';
import { Banner } from '#renderer/ui/banner.tsx';
import { EmptyState } from '#renderer/ui/empty-state.tsx';
import { Loading } from '#renderer/ui/progress.tsx';
import { Switch } from '#renderer/ui/switch.tsx';
import { VirtualList } from '#renderer/ui/virtual-list.tsx';

import './file-tree.css';
import { RangeSummaryLine } from './range-summary-line.tsx';
import type { Span } from './stack-shape.ts';
import { lineId, TreeRowView } from './tree-row.tsx';
import { indexOfPath, useTreeKeys } from './use-tree-keys.ts';

export interface FileTreeProps {
  readonly details: ImageDetails;
  readonly span: Span;
  readonly changedOnly: boolean;
  readonly onChangedOnly: (changedOnly: boolean) => void;
}

/** The files of the chosen layers, with what they do to those below. */
export function FileTree({ details, span, changedOnly, onChangedOnly }: FileTreeProps): ReactNode {
  const t = useTranslate();
  const { directories, open, error, isLoading, view } = useStore(appStores().layerTree);
  const lines = useMemo(() => treeLines(directories, open), [directories, open]);
  const title = useRangeTitle(span, details.layers.length);
  const isCompared = (view?.from ?? span.from) > 0;
  return (
    <section className="files" data-compared={isCompared} aria-label={t('layers.tree', { range: title })}>
      <header className="files-head">
        <h2 className="files-title">{title}</h2>
        <RangeSummaryLine isCompared={isCompared} />
        {span.from > 0 && (
          <Switch isSelected={changedOnly} onChange={onChangedOnly}>
            {t('layers.changedOnly')}
          </Switch>
        )}
      </header>
      {error !== undefined && (
        <Banner tone="danger" title={t('layers.treeFailed')}>
          {error.message}
        </Banner>
      )}
      <Columns />
      {lines.length > 0 ? (
        <TreeLines
          lines={lines}
          directories={directories}
          layers={details.layers}
          isCompared={isCompared}
          title={t('layers.tree', { range: title })}
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

/** Seen only: each row says its own. */
function Columns(): ReactNode {
  const t = useTranslate();
  return (
    <div className="tree-columns" aria-hidden>
      <span>{t('layers.column.name')}</span>
      <span>{t('layers.column.layer')}</span>
      <span style={{ textAlign: 'right' }}>{t('layers.column.size')}</span>
      <span className="tree-delta">{t('layers.column.delta')}</span>
      <span className="tree-extra">{t('layers.column.mode')}</span>
      <span className="tree-extra">{t('layers.column.owner')}</span>
    </div>
  );
}

interface TreeLinesProps {
  readonly lines: readonly TreeLine[];
  readonly directories: Directories;
  readonly layers: readonly ImageLayer[];
  readonly isCompared: boolean;
  readonly title: string;
}

const ROW_HEIGHT = 26;

function TreeLines({ lines, directories, layers, isCompared, title }: TreeLinesProps): ReactNode {
  const { toggle, select } = appStores().layerTree.getState();
  const selected = useStore(appStores().layerTree, (state) => state.selected);
  const active = selected === undefined ? -1 : indexOfPath(lines, selected.path);
  const largest = useMemo(() => largestSizes(directories), [directories]);
  const diffIds = useMemo(() => layers.map(({ diffId }) => diffId), [layers]);
  const activate = (index: number): void => {
    const row = lines[index]?.row;
    if (row !== undefined) void select(row);
  };
  const onKeyDown = useTreeKeys({
    lines,
    active,
    onActive: activate,
    onToggle: (path) => void toggle(path),
  });
  const onOpen = useCallback(
    ({ row }: TreeLine): void => {
      if (row === undefined) return;
      void select(row);
      if (row.hasChildren) void toggle(row.path);
    },
    [select, toggle],
  );
  const onRange = useMissingRows(lines);
  const activeLine = lines[active];
  return (
    <VirtualList
      role="treegrid"
      aria-label={title}
      aria-rowcount={lines.length}
      tabIndex={0}
      className="tree"
      count={lines.length}
      rowHeight={ROW_HEIGHT}
      rowKey={(index) => lines[index]?.key ?? index}
      shownIndex={active === -1 ? undefined : active}
      onRange={onRange}
      onKeyDown={onKeyDown}
      {...(activeLine === undefined ? {} : { 'aria-activedescendant': lineId(activeLine) })}
      row={(index) => {
        const line = lines[index];
        return line === undefined ? null : (
          <TreeRowView
            line={line}
            largest={largest.get(line.parent) ?? 0}
            diffIds={diffIds}
            isCompared={isCompared}
            isActive={index === active}
            onOpen={onOpen}
          />
        );
      }}
    />
  );
}

/** Asks for rows when they come into view. */
function useMissingRows(lines: readonly TreeLine[]): (start: number, end: number) => void {
  const { need } = appStores().layerTree.getState();
  return useCallback(
    (start, end) => {
      for (const { row, parent, index } of lines.slice(start, end)) if (row === undefined) void need(parent, index);
    },
    [lines, need],
  );
}

function largestSizes(directories: Directories): ReadonlyMap<string, number> {
  return new Map(
    Object.entries(directories).map(([path, { rows }]) => [
      path,
      rows.reduce((largest, row) => Math.max(largest, row?.size ?? 0), 0),
    ]),
  );
}
