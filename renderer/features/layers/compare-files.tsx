import { Download } from 'lucide-react';
import type { ReactNode } from 'react';
import { useStore } from 'zustand';

import type { ComparedSide, Comparison } from '#engine/contract/comparison.ts';
import type { TreeRow } from '#engine/contract/layer.ts';
import { useFormat } from '#renderer/i18n/format.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import type { ComparedFile } from '#renderer/stores/comparison.ts';
import { Answered } from '#renderer/ui/answered.tsx';
import { Banner } from '#renderer/ui/banner.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { EmptyState } from '#renderer/ui/empty-state.tsx';
import { SplitPane } from '#renderer/ui/split-pane.tsx';

import { ChangedLines } from './changed-lines.tsx';
import { DiffPane } from './file-difference.tsx';
import './file-preview.css';
import './file-tree.css';
import { LinkTarget } from './link-target.tsx';
import { PreviewHead } from './preview-head.tsx';
import { PreviewText } from './preview-text.tsx';
import { RangeSummaryLine } from './range-summary-line.tsx';

interface CompareFilesProps {
  readonly comparison: Comparison;
  /** Downloads what isn't here. */
  readonly onFetch: () => void;
}

/** The files that differ, and how one of them does. */
export function CompareFiles({ comparison, onFetch }: CompareFilesProps): ReactNode {
  const { before, now, tree } = comparison;
  if (tree === undefined) return <Missing sides={[before, now]} onFetch={onFetch} />;
  return (
    <SplitPane
      sized="end"
      initial={560}
      least={260}
      most={1100}
      storageKey="compare-preview"
      start={<Tree comparison={comparison} />}
      end={<Pane />}
    />
  );
}

interface MissingProps {
  readonly sides: readonly ComparedSide[];
  readonly onFetch: () => void;
}

/** What of a side is nowhere but at its registry, and how much that is. */
function Missing({ sides, onFetch }: MissingProps): ReactNode {
  const t = useTranslate();
  const format = useFormat();
  const bytes = sides.reduce((sum, { missing }) => sum + (missing?.bytes ?? 0), 0);
  return (
    <EmptyState
      title={t('compare.noFiles')}
      actions={
        sides.some(({ missing }) => missing !== undefined) && (
          <Button icon={<Download aria-hidden />} onPress={onFetch}>
            {t('compare.fetch', { bytes: format.bytes(bytes) })}
          </Button>
        )
      }
    >
      {sides.map(
        ({ name, missing }, side) =>
          missing !== undefined && (
            // oxlint-disable-next-line react/no-array-index-key -- a side is its place
            <p key={side}>
              {t('compare.missing', { name, count: missing.layers, bytes: format.bytes(missing.bytes) })}
            </p>
          ),
      )}
    </EmptyState>
  );
}

function Tree({ comparison: { tree } }: { readonly comparison: Comparison }): ReactNode {
  const t = useTranslate();
  const browsed = useStore(appStores().comparison);
  const { error } = browsed;
  return (
    <section className="files" data-compared="true" data-layered="false" aria-label={t('compare.tree')}>
      <header className="files-head">
        <h2 className="files-title">{t('compare.tree')}</h2>
        <RangeSummaryLine summary={tree} isCompared />
      </header>
      {error !== undefined && (
        <Banner tone="danger" title={t('layers.treeFailed')}>
          {error.message}
        </Banner>
      )}
      <ChangedLines
        tree={browsed}
        title={t('compare.tree')}
        empty={{ title: t('compare.same'), text: t('compare.sameText') }}
      />
    </section>
  );
}

function Pane(): ReactNode {
  const t = useTranslate();
  const { selected, file } = useStore(appStores().comparison);
  return (
    <section className="preview" aria-label={t('layers.preview')}>
      {selected === undefined ? (
        <EmptyState title={t('compare.chooseFile')} />
      ) : (
        <>
          <PreviewHead path={selected.path} />
          {file === undefined ? (
            <EmptyState title={t(selected.type === 'directory' ? 'layers.previewDirectory' : 'layers.previewOther')} />
          ) : (
            <Answered asked={file} failed={t('files.diffFailed')}>
              {(shown) => <File row={selected} file={shown} />}
            </Answered>
          )}
        </>
      )}
    </section>
  );
}

function File({ row, file }: { readonly row: TreeRow; readonly file: ComparedFile }): ReactNode {
  const t = useTranslate();
  if (file.kind === 'diff') return <DiffPane path={row.path} diff={file.diff} />;
  if (file.preview.kind === 'symlink') return <LinkTarget target={file.preview.text} details={undefined} />;
  return (
    <>
      <Banner tone="plain">
        {row.change === 'metadata' ? t('compare.onlyMetadata') : t(`layers.change.${row.change}`)}
      </Banner>
      <PreviewText path={row.path} preview={file.preview} />
    </>
  );
}
