import { Play, RotateCcw } from 'lucide-react';
import type { ReactNode } from 'react';
import { useStore } from 'zustand';

import type { ContainerDetails } from '#engine/contract/container.ts';
import type { Session } from '#engine/contract/terminal.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import type { SessionStatus } from '#renderer/stores/session-link.ts';
import { Banner } from '#renderer/ui/banner.tsx';
import { Button } from '#renderer/ui/button.tsx';

import { exitSentence } from './session-words.ts';

interface TerminalNoticeProps {
  readonly details: ContainerDetails;
  readonly session: Session;
  readonly status: SessionStatus | undefined;
  /** Runs an exec session's command once more. */
  readonly onOpenAgain: () => void;
  /** The container is being started: what is typed next is for it. */
  readonly onStarted: () => void;
}

/** Why nothing moves on a screen, and what to do about it. */
export function TerminalNotice(props: TerminalNoticeProps): ReactNode {
  const { session, status } = props;
  const t = useTranslate();
  if (status?.status === 'reconnecting') {
    return (
      <div className="terminal-float">
        <Banner tone="plain">{t('terminal.awayText')}</Banner>
      </div>
    );
  }
  if (status?.status === 'ended') return <Ended {...props} exitCode={status.exitCode} />;
  if (status?.status === 'failed' && session.running) return <Failed {...props} message={status.error.message} />;
  if (session.running) return null;
  return <Ended {...props} exitCode={session.exitCode ?? props.details.summary.exitCode} />;
}

function Ended({
  details,
  session,
  status,
  exitCode,
  onOpenAgain,
  onStarted,
}: TerminalNoticeProps & { exitCode: number }): ReactNode {
  const t = useTranslate();
  const isMain = session.kind === 'main';
  const isBusy = useStore(appStores().containers, (state) => state.pending[details.summary.Id] !== undefined);
  const isLastOutput = isMain && status === undefined;
  const action = isMain ? (
    <Button
      variant="primary"
      size="small"
      icon={<Play aria-hidden />}
      isDisabled={isBusy || session.running}
      onPress={() => {
        void appStores().containers.getState().act('start', [details.summary.Id]);
        onStarted();
      }}
    >
      {t('terminal.startAgain')}
    </Button>
  ) : (
    <Button
      size="small"
      icon={<RotateCcw aria-hidden />}
      isDisabled={details.summary.State !== 'running'}
      onPress={onOpenAgain}
    >
      {t('terminal.openAgain')}
    </Button>
  );
  return (
    <div className="terminal-notice">
      <Banner tone="plain" title={t(isLastOutput ? 'terminal.notRunning' : 'terminal.processEnded')} actions={action}>
        {isMain && details.error !== undefined ? details.error : exitSentence(exitCode, isMain && details.oomKilled, t)}{' '}
        {isLastOutput && t('terminal.lastOutput')}
      </Banner>
    </div>
  );
}

function Failed({ details, session, message }: TerminalNoticeProps & { message: string }): ReactNode {
  const t = useTranslate();
  const target = { container: details.summary.Id, session: session.id };
  return (
    <div className="terminal-notice">
      <Banner
        tone="warning"
        title={t('terminal.failed')}
        actions={
          <Button size="small" onPress={() => appStores().sessions.getState().attachAgain(target)}>
            {t('terminal.attachAgain')}
          </Button>
        }
      >
        {message}
      </Banner>
    </div>
  );
}
