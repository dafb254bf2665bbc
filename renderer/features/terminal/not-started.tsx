import { Play } from 'lucide-react';
import type { ReactNode } from 'react';

import type { ContainerDetails } from '#engine/contract/container.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { Button } from '#renderer/ui/button.tsx';
import { EmptyState } from '#renderer/ui/empty-state.tsx';

interface NotStartedProps {
  readonly details: ContainerDetails;
  /** What opens a terminal, where one can be opened. */
  readonly opener: ReactNode;
}

/** A container without any terminal: it has never run. */
export function NotStarted({ details, opener }: NotStartedProps): ReactNode {
  const t = useTranslate();
  const { Id, State } = details.summary;
  if (State === 'running') return <EmptyState title={t('terminal.sessions')} actions={opener} />;
  const start = (
    <Button
      variant="primary"
      icon={<Play aria-hidden />}
      onPress={() => void appStores().containers.getState().act('start', [Id])}
    >
      {t('terminal.start')}
    </Button>
  );
  return (
    <EmptyState title={t('terminal.notRunning')} actions={start}>
      {details.error ?? t('terminal.neverStarted')}
    </EmptyState>
  );
}
