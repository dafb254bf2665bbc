import type { ReactNode } from 'react';

import type { TerminalSize } from '#engine/contract/terminal.ts';
import type { MessageKey } from '#renderer/i18n/catalogue.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import type { SessionStatus } from '#renderer/stores/session-link.ts';
import { Key } from '#renderer/ui/key.tsx';

import { isMac } from './terminal-screen.ts';

interface TerminalFootProps {
  readonly hintId: string;
  readonly status: SessionStatus | undefined;
  readonly isRunning: boolean;
  readonly size: TerminalSize | undefined;
  /** What has just been done: `Copied`. */
  readonly message: string;
  readonly menu: ReactNode;
}

/** How the session is, how large its grid is, and how to get out of it. */
export function TerminalFoot({ hintId, status, isRunning, size, message, menu }: TerminalFootProps): ReactNode {
  const t = useTranslate();
  return (
    <footer className="terminal-foot">
      <output className="terminal-state" data-status={status?.status}>
        {t(stateKey(status, isRunning))}
      </output>
      {size !== undefined && <span className="numbers">{t('terminal.size', { ...size })}</span>}
      <output>{message}</output>
      <span className="terminal-space" />
      <span aria-hidden className="terminal-leave">
        {(isMac ? ['⌘', '↑'] : ['Ctrl', 'Shift', '↑']).map((key) => (
          <Key key={key}>{key}</Key>
        ))}
        {t('terminal.leave')}
      </span>
      <span id={hintId} className="unseen">
        {t(isMac ? 'terminal.leaveHintMac' : 'terminal.leaveHint')}
      </span>
      {menu}
    </footer>
  );
}

function stateKey(status: SessionStatus | undefined, isRunning: boolean): MessageKey {
  if (status === undefined) return isRunning ? 'terminal.connecting' : 'terminal.ended';
  return status.status === 'reconnecting' ? 'terminal.away' : `terminal.${status.status}`;
}
