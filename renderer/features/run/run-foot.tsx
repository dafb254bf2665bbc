import { Play } from 'lucide-react';
import type { ReactNode } from 'react';

import type { EngineError } from '#engine/contract/errors.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { Banner } from '#renderer/ui/banner.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { CopyButton } from '#renderer/ui/copy-button.tsx';
import { Spinner } from '#renderer/ui/progress.tsx';

interface RunFootProps {
  /** The `docker run` line that does the same. */
  readonly line: string;
  readonly failure: EngineError | undefined;
  readonly isPending: boolean;
}

/** Always in view: the line that does the same, and the button. */
export function RunFoot({ line, failure, isPending }: RunFootProps): ReactNode {
  const t = useTranslate();
  return (
    <footer className="run-foot">
      {failure !== undefined && (
        <Banner tone="danger" title={t('run.failed')}>
          {failure.message}
        </Banner>
      )}
      <div className="run-foot-row">
        <figure className="run-line">
          <figcaption className="field-label">{t('run.line')}</figcaption>
          {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reached by keyboard */}
          <code className="run-line-text" tabIndex={0}>
            {line}
          </code>
          <span className="run-line-copy">
            <CopyButton text={line} what={t('run.lineWhat')} />
          </span>
        </figure>
        <Button
          type="submit"
          variant="primary"
          isPending={isPending}
          icon={isPending ? <Spinner /> : <Play aria-hidden />}
        >
          {t(isPending ? 'run.starting' : 'run.action')}
        </Button>
      </div>
    </footer>
  );
}
