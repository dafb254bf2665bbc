import type { ReactNode } from 'react';
import { useStore } from 'zustand';

import { useFormat } from '#renderer/i18n/format.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';

import { ChangeGlyph } from './change-glyph.tsx';

const kinds = ['added', 'changed', 'metadata', 'removed'] as const;

/** What the chosen layers add up to. */
export function RangeSummaryLine({ isCompared }: { readonly isCompared: boolean }): ReactNode {
  const t = useTranslate();
  const format = useFormat();
  const summary = useStore(appStores().layerTree, (state) => state.summary);
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
