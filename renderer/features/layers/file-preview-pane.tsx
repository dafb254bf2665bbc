import type { ReactNode } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import { useStore } from 'zustand';

import type { ImageDetails } from '#engine/contract/image.ts';
import type { TreeRow } from '#engine/contract/layer.ts';
import { useFormat } from '#renderer/i18n/format.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { Banner } from '#renderer/ui/banner.tsx';
import { CopyButton } from '#renderer/ui/copy-button.tsx';
import { EmptyState } from '#renderer/ui/empty-state.tsx';
import { LayerMark } from '#renderer/ui/layer-mark.tsx';
import { Loading } from '#renderer/ui/progress.tsx';

import { ChangeGlyph } from './change-glyph.tsx';
import './file-preview.css';
import { modeWords, ownerWords } from './file-words.ts';
import { PreviewText } from './preview-text.tsx';

interface FilePreviewPaneProps {
  readonly details: ImageDetails;
  readonly onShowLayer: (index: number) => void;
}

export function FilePreviewPane({ details, onShowLayer }: FilePreviewPaneProps): ReactNode {
  const t = useTranslate();
  const selected = useStore(appStores().layerTree, (state) => state.selected);
  if (selected === undefined) {
    return (
      <section className="preview" aria-label={t('layers.preview')}>
        <EmptyState title={t('layers.previewNone')}>{t('layers.previewNoneText')}</EmptyState>
      </section>
    );
  }
  return (
    <section className="preview" aria-label={t('layers.preview')}>
      <header className="preview-head">
        <code className="preview-path cut" title={selected.path}>
          {/* The end of a long path says more than its beginning. */}
          <bdi>{selected.path}</bdi>
        </code>
        <CopyButton text={selected.path} what={t('layers.path')} />
      </header>
      <Facts row={selected} details={details} onShowLayer={onShowLayer} />
      <Contents row={selected} />
    </section>
  );
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
      <AriaButton
        className="preview-layer"
        aria-label={t('layers.showLayer', { number: layer + 1 })}
        onPress={() => onShowLayer(layer)}
      >
        <LayerMark diffId={details.layers[layer]?.diffId ?? ''} size={13} />
        {t('layers.fromLayer', { number: layer + 1 })}
      </AriaButton>
    </div>
  );
}

function Contents({ row }: { readonly row: TreeRow }): ReactNode {
  const t = useTranslate();
  const preview = useStore(appStores().layerTree, (state) => state.preview);
  if (preview === undefined) return <NoContents row={row} />;
  if (preview.status === 'loading') return <Loading />;
  if (preview.status === 'failed') {
    return (
      <Banner tone="danger" title={t('layers.previewFailed')}>
        {preview.error.message}
      </Banner>
    );
  }
  return <PreviewText path={row.path} preview={preview.preview} isRemoved={row.change === 'removed'} />;
}

function NoContents({ row }: { readonly row: TreeRow }): ReactNode {
  const t = useTranslate();
  if (row.change === 'removed') {
    return <EmptyState title={t('layers.previewGone')}>{t('layers.previewGoneText')}</EmptyState>;
  }
  const isDirectory = row.type === 'directory';
  if (!isDirectory) return <EmptyState title={t('layers.previewOther')} />;
  return <EmptyState title={t('layers.previewDirectory')}>{t('layers.previewDirectoryText')}</EmptyState>;
}
