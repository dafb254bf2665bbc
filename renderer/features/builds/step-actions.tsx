import { ScanSearch, SquareTerminal } from 'lucide-react';
import type { ReactNode } from 'react';

import type { BuildStep } from '#engine/contract/build.ts';
import type { ShellSide } from '#engine/contract/step-shell.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { Banner } from '#renderer/ui/banner.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { goTo } from '#renderer/ui/hash-location.ts';

import { useAttempt } from './use-attempt.ts';

interface StepActionsProps {
  readonly build: string;
  /** One that has been come to. */
  readonly step: BuildStep;
}

/** What can be done where a step was: its files looked into, and a shell opened on what it found or left. */
export function StepActions({ build, step: { number, state } }: StepActionsProps): ReactNode {
  const t = useTranslate();
  const { isPending, failure, attempt } = useAttempt();
  const { buildInsight, buildShells } = appStores();
  const open = (side: ShellSide): Promise<void> =>
    attempt(async () =>
      goTo(`/builds/${build}/shell/${await buildShells.getState().open({ build, step: number, side })}`),
    );
  const look = (): Promise<void> =>
    attempt(async () => goTo(`/images/${encodeURIComponent(await buildInsight.getState().stepImage(build, number))}`));
  return (
    <>
      <div className="builds-step-actions">
        {state === 'done' && (
          <Button size="small" icon={<ScanSearch aria-hidden />} isDisabled={isPending} onPress={() => void look()}>
            {t('builds.step.look')}
          </Button>
        )}
        <Button
          size="small"
          icon={<SquareTerminal aria-hidden />}
          isDisabled={isPending}
          onPress={() => void open('before')}
        >
          {t('builds.shell.openBefore')}
        </Button>
        <Button
          size="small"
          icon={<SquareTerminal aria-hidden />}
          isDisabled={isPending}
          onPress={() => void open('after')}
        >
          {t('builds.shell.openAfter')}
        </Button>
      </div>
      {failure !== undefined && <Banner tone="danger">{failure.message}</Banner>}
    </>
  );
}
