import type { ReactNode } from 'react';

import type { ContainerProcess } from '#engine/contract/process.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { Banner } from '#renderer/ui/banner.tsx';
import { ConfirmDialog } from '#renderer/ui/dialog.tsx';

interface KillProcessDialogProps {
  readonly process: ContainerProcess;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

const LONGEST_COMMAND = 200;

/** Asks first: a killed process saves nothing. */
export function KillProcessDialog({ process, onConfirm, onClose }: KillProcessDialogProps): ReactNode {
  const t = useTranslate();
  const { innerPid, command } = process;
  const shown = command.length > LONGEST_COMMAND ? `${command.slice(0, LONGEST_COMMAND)}…` : command;
  return (
    <ConfirmDialog
      title={t('processes.killTitle', { pid: innerPid })}
      isOpen
      action={t('processes.killAction')}
      onConfirm={() => {
        onClose();
        onConfirm();
      }}
      onClose={onClose}
    >
      {innerPid === 1 && <Banner tone="warning">{t('processes.killFirst')}</Banner>}
      <p className="soft processes-killed">{t('processes.killText', { command: shown })}</p>
    </ConfirmDialog>
  );
}
