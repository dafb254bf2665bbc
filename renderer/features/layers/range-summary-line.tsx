import type { ReactNode } from 'react';

import type { RangeSummary } from '#engine/contract/layer.ts';
import { useFormat } from '#renderer/i18n/format.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';

import { ChangeGlyph } from './change-glyph.tsx';

const kinds = ['added', 'changed', 'metadata', 'removed'] as const;

interface RangeSummaryLineProps {
  readonly summary: RangeSummary | undefined;
  /** Whether there is something below to compare with. */
  readonly isCompared: boolean;
}

/** What the chosen layers add up to. */
export function RangeSummaryLine({ summary, isCompared }: RangeSummaryLineProps): ReactNode {
  const t = useTranslate();
  const format = useFormat();
  if (summary === undefined) return <span className="files-summary" />;
  if (!isCompared) {
    return (
      <span className="files-summary numbers">
        <span>{t('layers.files', { count: summary.added })}</span>
        <span>{format.bytes(summary.addedBytes)}</span>
      </span>
    );
  }
  const shown = kinds.filter((kind) => summary[kind] > 0);
  return (
    <span className="files-summary numbers">
      {shown.length === 0 && <span>{t('layers.noChanges')}</span>}
      {shown.map((kind) => (
        <span key={kind} className="files-sum">
          <ChangeGlyph change={kind} />
          {t(`layers.summary.${kind}`, { count: summary[kind] })}
        </span>
      ))}
      {summary.addedBytes > 0 && <span>{t('layers.summary.bytes', { bytes: format.bytes(summary.addedBytes) })}</span>}
      {summary.hiddenBytes > 0 && (
        <span title={t('layers.summary.hiddenHelp')}>
          {t('layers.summary.hidden', { bytes: format.bytes(summary.hiddenBytes) })}
        </span>
      )}
    </span>
  );
}
