import type { ReactNode } from 'react';

import { useFormat } from '#renderer/i18n/format.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import type { Upload } from '#renderer/stores/images.ts';
import { ProgressBar } from '#renderer/ui/progress.tsx';

/** A file that this window sends to the engine. */
export function UploadCard({ upload }: { readonly upload: Upload }): ReactNode {
  const t = useTranslate();
  const format = useFormat();
  const bytes = { current: format.bytes(upload.sent), total: format.bytes(upload.total) };
  return (
    <article className="job" aria-label={upload.name}>
      <div className="job-head">
        <span className="job-title cut">{upload.name}</span>
      </div>
      <div className="job-status">
        <span>{t('jobs.sending')}</span>
        <span className="numbers">{t('jobs.fetched', bytes)}</span>
      </div>
      <ProgressBar
        label={t('jobs.progress', { title: upload.name })}
        share={upload.total === 0 ? undefined : upload.sent / upload.total}
      />
    </article>
  );
}
