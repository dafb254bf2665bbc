import { ChevronRight, File, FileMinus2, FileSymlink, Folder, HardDrive, Link2 } from 'lucide-react';
import { memo, type ReactNode } from 'react';

import type { EntryChange, EntryType, TreeRow } from '#engine/contract/layer.ts';
import { useFormat } from '#renderer/i18n/format.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import type { TreeLine } from '#renderer/stores/tree-listing.ts';
import { GridCell } from '#renderer/ui/grid-cell.tsx';
import { shortDigest } from '#renderer/ui/hash.tsx';
import { LayerMark } from '#renderer/ui/layer-mark.tsx';
import { SizeBar } from '#renderer/ui/size-bar.tsx';

import { changeSigns, ChangeGlyph } from './change-glyph.tsx';
import { modeWords, ownerWords } from './file-words.ts';

export interface TreeRowViewProps {
  readonly line: TreeLine;
  /** Bytes of the largest row of its directory: what a full bar stands for. */
  readonly largest: number;
  /** Of every layer of the image, base first. */
  readonly diffIds: readonly string[];
  /** Whether there is something below the range to compare with. */
  readonly isCompared: boolean;
  readonly isActive: boolean;
  readonly onOpen: (line: TreeLine) => void;
}

const icons: Readonly<Record<EntryType, typeof File>> = {
  file: File,
  directory: Folder,
  symlink: FileSymlink,
  hardlink: Link2,
  'character-device': HardDrive,
  'block-device': HardDrive,
  fifo: HardDrive,
  whiteout: FileMinus2,
};

const INDENT = 15;

export const TreeRowView: (props: TreeRowViewProps) => ReactNode = memo(function TreeRowView(
  props: TreeRowViewProps,
): ReactNode {
  const { line, isActive, onOpen, isCompared } = props;
  const { row } = line;
  const expanded = row?.hasChildren === true ? { 'aria-expanded': line.isOpen } : {};
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus -- the tree grid around it has the focus and the keys
    <div
      id={lineId(line)}
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- a table can't be drawn only where it is in view
      role="row"
      aria-level={line.level}
      aria-posinset={line.index + 1}
      aria-setsize={line.siblings}
      aria-selected={isActive}
      className="tree-row"
      data-change={isCompared ? row?.change : undefined}
      data-active={isActive ? '' : undefined}
      onClick={() => onOpen(line)}
      {...expanded}
    >
      {row === undefined ? (
        <GridCell style={{ paddingLeft: line.level * INDENT }}>
          <span className="tree-waiting" style={{ display: 'block' }} />
        </GridCell>
      ) : (
        <RowCells {...props} row={row} />
      )}
    </div>
  );
});

/** Of the element of a line; a path may hold anything, an id no spaces. */
export function lineId({ key }: Pick<TreeLine, 'key'>): string {
  return `file-${encodeURIComponent(key)}`;
}

function RowCells(props: TreeRowViewProps & { readonly row: TreeRow }): ReactNode {
  const { row, line, largest, diffIds, isCompared } = props;
  const t = useTranslate();
  const format = useFormat();
  return (
    <>
      <NameCell row={row} level={line.level} isCompared={isCompared} />
      <GridCell className="tree-layer numbers" title={t('layers.layerNumber', { number: row.layer + 1 })}>
        <LayerMark diffId={diffIds[row.layer] ?? ''} size={13} />
        {row.layer + 1}
      </GridCell>
      <GridCell className="tree-size numbers">
        <span aria-hidden>
          <SizeBar label="" first={row.size} whole={largest} />
        </span>
        {row.type === 'whiteout' ? '' : format.bytes(row.size)}
      </GridCell>
      <DeltaCell delta={row.delta} isCompared={isCompared} />
      <GridCell className="tree-mode tree-extra">
        {row.type === 'whiteout' ? '' : modeWords(row.type, row.mode)}
      </GridCell>
      <GridCell className="tree-owner tree-extra cut numbers">
        {row.type === 'whiteout' ? '' : ownerWords(row.uid, row.gid)}
      </GridCell>
      <GridCell className="tree-digest" {...(row.contentDigest === undefined ? {} : { title: row.contentDigest })}>
        {row.contentDigest === undefined ? '' : shortDigest(row.contentDigest)}
      </GridCell>
    </>
  );
}

function DeltaCell({ delta, isCompared }: { readonly delta: number; readonly isCompared: boolean }): ReactNode {
  const format = useFormat();
  const isShown = isCompared && delta !== 0;
  return (
    <GridCell className="tree-delta numbers" data-sign={delta > 0 ? 'more' : 'less'}>
      {isShown ? format.bytesDelta(delta) : ''}
    </GridCell>
  );
}

interface NameCellProps {
  readonly row: TreeRow;
  readonly level: number;
  readonly isCompared: boolean;
}

function NameCell({ row, level, isCompared }: NameCellProps): ReactNode {
  const t = useTranslate();
  const Icon = icons[row.type];
  return (
    <GridCell className="tree-name" style={{ paddingLeft: (level - 1) * INDENT }}>
      <span className="tree-chevron">{row.hasChildren && <ChevronRight aria-hidden />}</span>
      {isCompared && row.change !== 'unchanged' ? (
        <>
          <ChangeGlyph change={row.change} />
          <span className="unseen">{t(`layers.change.${row.change}`)}</span>
        </>
      ) : (
        <Icon aria-hidden className="tree-icon" />
      )}
      <span className="tree-label cut">{row.name}</span>
      {row.linkTarget !== undefined && <span className="tree-target cut">→ {row.linkTarget}</span>}
      {isCompared && row.below !== undefined && <ChangesBelow below={row.below} />}
    </GridCell>
  );
}

const kinds: readonly Exclude<EntryChange, 'unchanged'>[] = ['added', 'changed', 'metadata', 'removed'];

function ChangesBelow({ below }: { readonly below: NonNullable<TreeRow['below']> }): ReactNode {
  const t = useTranslate();
  return (
    <span className="tree-below numbers">
      {kinds
        .filter((kind) => below[kind] > 0)
        .map((kind) => (
          <span key={kind} data-change={kind} title={t(`layers.summary.${kind}`, { count: below[kind] })}>
            {changeSigns[kind]}
            {below[kind]}
          </span>
        ))}
    </span>
  );
}
