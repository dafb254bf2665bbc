import { type ReactNode, useCallback, useMemo } from 'react';

import type { TreeRow } from '#engine/contract/layer.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { type Directories, loadedRows } from '#renderer/stores/layer-tree-rows.ts';
import type { TreeLine, TreeListing } from '#renderer/stores/tree-listing.ts';
import type { TreeBrowsing } from '#renderer/stores/tree-pages.ts';
import { VirtualList } from '#renderer/ui/virtual-list.tsx';

import { lineId, TreeRowView } from './tree-row.tsx';
import { indexOfPath, useTreeKeys } from './use-tree-keys.ts';

/** Seen only: each row says its own. */
export function TreeColumns(): ReactNode {
  const t = useTranslate();
  return (
    <div className="tree-columns" aria-hidden>
      <span>{t('layers.column.name')}</span>
      <span className="tree-layer">{t('layers.column.layer')}</span>
      <span style={{ textAlign: 'right' }}>{t('layers.column.size')}</span>
      <span className="tree-delta">{t('layers.column.delta')}</span>
      <span className="tree-extra">{t('layers.column.mode')}</span>
      <span className="tree-extra">{t('layers.column.owner')}</span>
      <span className="tree-digest">{t('layers.column.digest')}</span>
    </div>
  );
}

interface TreeLinesProps {
  readonly lines: TreeListing;
  readonly directories: Directories;
  /** Of every layer of the image, base first; empty where all is of one layer. */
  readonly diffIds: readonly string[];
  readonly isCompared: boolean;
  readonly title: string;
  /** Path of the row that is chosen. */
  readonly selected: string | undefined;
  readonly onSelect: (row: TreeRow) => void;
  readonly browsing: TreeBrowsing;
}

const ROW_HEIGHT = 26;

export function TreeLines(props: TreeLinesProps): ReactNode {
  const { lines, directories, diffIds, isCompared, title, selected, onSelect, browsing } = props;
  const active = selected === undefined ? -1 : indexOfPath(lines, selected);
  const largest = useMemo(() => largestSizes(directories), [directories]);
  const activate = async (index: number): Promise<void> => {
    const line = lines.at(index);
    const row = line === undefined ? undefined : (line.row ?? (await browsing.need(line.parent, line.index)));
    if (row !== undefined) onSelect(row);
  };
  const onKeyDown = useTreeKeys({
    lines,
    active,
    browsing,
    onActive: (index) => void activate(index),
    onSelect,
  });
  const onOpen = ({ row }: TreeLine): void => {
    if (row === undefined) return;
    onSelect(row);
    if (row.hasChildren) void browsing.toggle(row.path);
  };
  const onRange = useMissingRows(lines, browsing.need);
  const activeLine = lines.at(active);
  return (
    <VirtualList
      role="treegrid"
      aria-label={title}
      aria-rowcount={lines.length}
      tabIndex={0}
      className="tree"
      count={lines.length}
      rowHeight={ROW_HEIGHT}
      rowKey={(index) => lines.at(index)?.key ?? index}
      shownIndex={active === -1 ? undefined : active}
      onRange={onRange}
      onKeyDown={onKeyDown}
      {...(activeLine === undefined ? {} : { 'aria-activedescendant': lineId(activeLine) })}
      row={(index) => {
        const line = lines.at(index);
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
function useMissingRows(lines: TreeListing, onNeed: TreeBrowsing['need']): (start: number, end: number) => void {
  return useCallback(
    (start, end) => {
      for (let at = start; at < end; at += 1) {
        const line = lines.at(at);
        if (line !== undefined && line.row === undefined) void onNeed(line.parent, line.index);
      }
    },
    [lines, onNeed],
  );
}

function largestSizes(directories: Directories): ReadonlyMap<string, number> {
  return new Map(
    Object.entries(directories).map(([path, directory]) => {
      let largest = 0;
      for (const [, { size }] of loadedRows(directory)) largest = Math.max(largest, size);
      return [path, largest];
    }),
  );
}
