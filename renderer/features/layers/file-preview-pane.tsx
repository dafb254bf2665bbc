import { type ReactNode, useEffect, useState } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import { useStore } from 'zustand';

import type { ImageDetails } from '#engine/contract/image.ts';
import type { TreeRow } from '#engine/contract/layer.ts';
import { useFormat } from '#renderer/i18n/format.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { stackOf } from '#renderer/stores/layer-tree.ts';
import { EmptyState } from '#renderer/ui/empty-state.tsx';
import { LayerMark } from '#renderer/ui/layer-mark.tsx';
import { Segments } from '#renderer/ui/segments.tsx';

import { ChangeGlyph } from './change-glyph.tsx';
import { FileContents } from './file-contents.tsx';
import { FileDetails } from './file-details.tsx';
import { FileDifference } from './file-difference.tsx';
import { FileDownload } from './file-download.tsx';
import { FileHistory } from './file-history.tsx';
import './file-preview.css';
import { modeWords, ownerWords } from './file-words.ts';
import { PreviewHead } from './preview-head.tsx';

interface FilePreviewPaneProps {
  readonly details: ImageDetails;
  readonly onShowLayer: (index: number) => void;
}

const views = ['contents', 'difference', 'history', 'details'] as const;
type View = (typeof views)[number];

export function FilePreviewPane(props: FilePreviewPaneProps): ReactNode {
  const t = useTranslate();
  const selected = useStore(appStores().layerTree, (state) => state.selected);
  const [view, setView] = useState<View>('contents');
  useOpenFile(selected);
  if (selected === undefined) {
    return (
      <section className="preview" aria-label={t('layers.preview')}>
        <EmptyState title={t('layers.previewNone')}>{t('layers.previewNoneText')}</EmptyState>
      </section>
    );
  }
  return (
    <section className="preview" aria-label={t('layers.preview')}>
      <PreviewHead path={selected.path}>
        <FileDownload row={selected} />
      </PreviewHead>
      <Facts {...props} row={selected} />
      <div className="preview-sides">
        <Segments
          label={t('files.views')}
          value={view}
          choices={views.map((value) => ({ value, label: t(`files.view.${value}`) }))}
          onChange={setView}
        />
      </div>
      <Shown {...props} view={view} row={selected} />
    </section>
  );
}

/** What is chosen in the tree is what is looked at closely. */
function useOpenFile(row: TreeRow | undefined): void {
  const range = useStore(appStores().layerTree, (state) => state.view);
  useEffect(() => {
    const to = row === undefined || range === undefined ? undefined : stackOf(row, range);
    const isThere = row !== undefined && range !== undefined && to !== undefined;
    appStores()
      .fileView.getState()
      .open(isThere ? { image: range.image, to, path: row.path } : undefined);
  }, [row, range]);
}

function Shown(props: FilePreviewPaneProps & { readonly view: View; readonly row: TreeRow }): ReactNode {
  const { view, row, details, onShowLayer } = props;
  switch (view) {
    case 'contents':
      return <FileContents key={row.path} row={row} />;
    case 'difference':
      return <FileDifference key={row.path} row={row} />;
    case 'history':
      return <FileHistory details={details} onShowLayer={onShowLayer} />;
    case 'details':
      return <FileDetails />;
  }
}

function Facts({ row, details, onShowLayer }: FilePreviewPaneProps & { readonly row: TreeRow }): ReactNode {
  const t = useTranslate();
  const format = useFormat();
  const isCompared = useStore(appStores().layerTree, (state) => (state.view?.from ?? 0) > 0);
  const preview = useStore(appStores().layerTree, (state) => state.preview);
  const layer = preview?.status === 'shown' ? preview.preview.layer : row.layer;
  return (
    <div className="preview-facts numbers">
      {isCompared && row.change !== 'unchanged' && (
        <span className="files-sum">
          <ChangeGlyph change={row.change} />
          {t(`layers.change.${row.change}`)}
        </span>
      )}
      <span>{t(`layers.type.${row.type}`)}</span>
      {row.type !== 'whiteout' && (
        <>
          <span>{format.bytes(row.size)}</span>
          <code>{modeWords(row.type, row.mode)}</code>
          <span>{ownerWords(row.uid, row.gid)}</span>
          <span title={format.dateTime(row.mtime * 1000)}>{format.ago(row.mtime * 1000)}</span>
        </>
      )}
      <AriaButton className="preview-layer" onPress={() => onShowLayer(layer)}>
        <span className="unseen">{t('layers.showLayer', { number: layer + 1 })}: </span>
        <LayerMark diffId={details.layers[layer]?.diffId ?? ''} size={13} />
        {t('layers.fromLayer', { number: layer + 1 })}
      </AriaButton>
    </div>
  );
}
