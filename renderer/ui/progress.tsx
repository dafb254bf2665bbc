import type { ReactNode } from 'react';
import { ProgressBar as AriaProgressBar } from 'react-aria-components';

import { useTranslate } from '#renderer/i18n/translate.ts';

import './progress.css';

export function Spinner(): ReactNode {
  return <span className="spinner" aria-hidden />;
}

/** Shown only when it takes longer than a blink. */
export function Loading(): ReactNode {
  const t = useTranslate();
  return (
    <output className="loading">
      <Spinner />
      {t('ui.loading')}
    </output>
  );
}

interface ProgressBarProps {
  readonly label: string;
  /** Between 0 and 1; undefined when nobody knows. */
  readonly share: number | undefined;
}

export function ProgressBar({ label, share }: ProgressBarProps): ReactNode {
  const isUnknown = share === undefined;
  return (
    <AriaProgressBar
      className="progress-bar"
      aria-label={label}
      value={(share ?? 0) * 100}
      isIndeterminate={isUnknown}
      {...(isUnknown ? { 'data-unknown': '' } : {})}
    >
      <span className="progress-bar-fill" style={isUnknown ? {} : { width: `${share * 100}%` }} />
    </AriaProgressBar>
  );
}
