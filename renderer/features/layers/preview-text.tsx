import type { ReactNode } from 'react';

import type { FilePreview } from '#engine/contract/layer.ts';
import { useFormat } from '#renderer/i18n/format.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { CodeView } from '#renderer/ui/code-view.tsx';
import { EmptyState } from '#renderer/ui/empty-state.tsx';

import './file-preview.css';

interface PreviewTextProps {
  readonly path: string;
  readonly preview: FilePreview;
}

/** What a file holds, as far as people can read it. */
export function PreviewText({ path, preview }: PreviewTextProps): ReactNode {
  const t = useTranslate();
  const format = useFormat();
  if (preview.kind === 'empty') return <EmptyState title={t('layers.previewEmpty')} />;
  const shown = format.bytes(new TextEncoder().encode(preview.text).length);
  return (
    <>
      <CodeView label={t('layers.contents', { path })} text={preview.text} hasNumbers={preview.kind === 'text'} />
      {preview.isTruncated && (
        <div className="stack-help">
          {preview.kind === 'binary'
            ? t('layers.previewBinary')
            : t('layers.previewTruncated', { shown, bytes: format.bytes(preview.size) })}
        </div>
      )}
    </>
  );
}
