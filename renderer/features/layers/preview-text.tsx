import type { ReactNode } from 'react';

import type { FilePreview } from '#engine/contract/layer.ts';
import { useFormat } from '#renderer/i18n/format.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { Banner } from '#renderer/ui/banner.tsx';
import { CodeView } from '#renderer/ui/code-view.tsx';
import { EmptyState } from '#renderer/ui/empty-state.tsx';

import './file-preview.css';

interface PreviewTextProps {
  readonly path: string;
  readonly preview: FilePreview;
  /** Whether it is what stands below, and is there no more. */
  readonly isRemoved: boolean;
}

/** What a file holds, as far as people can read it. */
export function PreviewText({ path, preview, isRemoved }: PreviewTextProps): ReactNode {
  const t = useTranslate();
  const format = useFormat();
  const label = t('layers.contents', { path });
  if (preview.kind === 'empty') return <EmptyState title={t('layers.previewEmpty')} />;
  if (preview.kind === 'symlink') {
    return (
      <div className="preview-link">
        <span className="soft">{t('layers.linkTo', { target: '' }).trim()}</span>
        <code>{preview.text}</code>
      </div>
    );
  }
  const shown = format.bytes(preview.kind === 'binary' ? 4096 : 512 * 1024);
  return (
    <>
      {isRemoved && <Banner tone="warning">{t('layers.previewRemoved')}</Banner>}
      <CodeView label={label} text={preview.text} hasNumbers={preview.kind === 'text'} />
      {preview.isTruncated && (
        <div className="stack-help">
          {t('layers.previewTruncated', { shown, bytes: format.bytes(preview.size) })}
          {preview.kind === 'binary' && ` · ${t('layers.previewBinary')}`}
        </div>
      )}
    </>
  );
}
