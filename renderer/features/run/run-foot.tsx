import { Play } from 'lucide-react';
import type { ReactNode } from 'react';

import type { EngineError } from '#engine/contract/errors.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { FormFoot } from '#renderer/ui/form-page.tsx';

interface RunFootProps {
  /** The `docker run` line that does the same. */
  readonly line: string;
  readonly failure: EngineError | undefined;
  readonly isPending: boolean;
}

export function RunFoot({ line, failure, isPending }: RunFootProps): ReactNode {
  const t = useTranslate();
  return (
    <FormFoot
      line={line}
      lineLabel={t('run.line')}
      lineWhat={t('run.lineWhat')}
      failure={failure && { title: t('run.failed'), text: failure.message }}
      isPending={isPending}
      action={t(isPending ? 'run.starting' : 'run.action')}
      icon={<Play aria-hidden />}
    />
  );
}
