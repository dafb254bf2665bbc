import { type ReactNode, useEffect, useEffectEvent, useId, useRef, useState } from 'react';
import { useStore } from 'zustand';

import type { ContainerDetails } from '#engine/contract/container.ts';
import { toEngineError } from '#engine/contract/errors.ts';
import type { Session, TerminalSize } from '#engine/contract/terminal.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import type { SessionTarget } from '#renderer/stores/session-link.ts';
import { sessionKey } from '#renderer/stores/sessions.ts';
import { toast } from '#renderer/ui/toast.tsx';

import { PasteDialog } from './paste-dialog.tsx';
import { StdinLine } from './stdin-line.tsx';
import { TerminalFoot } from './terminal-foot.tsx';
import { TerminalMenu } from './terminal-menu.tsx';
import { TerminalNotice } from './terminal-notice.tsx';
import type { SearchResult, TerminalScreen } from './terminal-screen.ts';
import { TerminalSearch } from './terminal-search.tsx';
import type { TerminalShortcut } from './terminal-shortcuts.ts';
import { useCopy } from './use-copy.ts';
import { useLastOutput, useTerminalScreen } from './use-terminal-screen.ts';
import { windowTerminals } from './window-terminals.ts';

export interface TerminalPaneProps {
  readonly details: ContainerDetails;
  readonly session: Session;
  /** What its tab says. */
  readonly name: string;
  /** How often it was asked for to be typed in; 0 when another one was. */
  readonly focusAsked: number;
  /** The way out by keyboard, from the element. */
  readonly onLeave: (inside: Element | null) => void;
  /** The session's command runs once more, as another session. */
  readonly onReplaced: (session: string) => void;
}

/** One session: its screen, and what can be done with it. */
export function TerminalPane(props: TerminalPaneProps): ReactNode {
  const { details, session, name, focusAsked, onLeave } = props;
  const t = useTranslate();
  const hintId = useId();
  const frame = useRef<HTMLDivElement>(null);
  const container = details.summary.Id;
  const target = { container, session: session.id };
  const status = useStore(appStores().sessions, (state) => state.statuses[sessionKey(target)]);
  const words = { label: t('terminal.label', { name }), inputLabel: t('terminal.inputOf', { name }), hintId };
  const screen = useTerminalScreen(frame, { container, session, ...words });
  useLastOutput(screen, container, session.kind === 'main' && !session.running && status === undefined);
  useFocus(screen, focusAsked, session.tty);
  const view = useScreenView(screen, target, () => onLeave(frame.current));
  const isTyped = session.running && !session.tty;
  return (
    <div className="terminal-pane" data-status={status?.status}>
      <TerminalNotice
        details={details}
        session={session}
        status={status}
        onOpenAgain={() => void openAgain(props, screen)}
        onStarted={() => screen?.focus()}
      />
      <div className="terminal-body">
        <div ref={frame} className="terminal-frame" />
        {screen !== undefined && view.isSearching && (
          <TerminalSearch screen={screen} result={view.found} onClose={view.endSearch} />
        )}
      </div>
      {isTyped && <StdinLine target={target} />}
      <TerminalFoot
        hintId={hintId}
        status={status}
        isRunning={session.running}
        size={view.size ?? screen?.size()}
        message={view.message}
        menu={screen !== undefined && <TerminalMenu screen={screen} onCopy={view.copy} onSearch={view.search} />}
      />
      {view.held !== undefined && (
        <PasteDialog
          text={view.held}
          onClose={view.dropPaste}
          onPaste={() => {
            screen?.paste(view.held ?? '');
            view.dropPaste();
          }}
        />
      )}
    </div>
  );
}

/** A terminal takes the focus when it was asked for, and when nothing else has it. */
function useFocus(screen: TerminalScreen | undefined, focusAsked: number, tty: boolean): void {
  useEffect(() => {
    if (screen === undefined || !tty) return;
    const isFree = document.activeElement === document.body || document.activeElement?.tagName === 'MAIN';
    if (focusAsked > 0 || isFree) screen.focus();
  }, [screen, focusAsked, tty]);
}

interface ScreenView {
  readonly size: TerminalSize | undefined;
  readonly found: SearchResult | undefined;
  readonly isSearching: boolean;
  /** What is to be pasted when the person agrees. */
  readonly held: string | undefined;
  readonly message: string;
  readonly copy: (text: string) => void;
  readonly search: () => void;
  readonly endSearch: () => void;
  readonly dropPaste: () => void;
}

/** What the screen tells, as state. */
function useScreenView(
  screen: TerminalScreen | undefined,
  { container, session }: SessionTarget,
  onLeave: () => void,
): ScreenView {
  const { terminalSettings } = appStores();
  const [size, setSize] = useState<TerminalSize>();
  const [found, setFound] = useState<SearchResult>();
  const [isSearching, setIsSearching] = useState(false);
  const [held, setHeld] = useState<string>();
  const { copy, message } = useCopy();
  const shortcut = useEffectEvent((pressed: Exclude<TerminalShortcut, 'copy' | 'paste'>): void => {
    if (pressed === 'search') setIsSearching(true);
    else if (pressed === 'leave') onLeave();
    else terminalSettings.getState().zoom(zooms[pressed]);
  });
  const copied = useEffectEvent(copy);
  const back = (): void => screen?.focus();
  useEffect(() => {
    if (screen === undefined) return;
    windowTerminals().listen(
      { container, session },
      {
        resized: setSize,
        found: setFound,
        pasteHeld: setHeld,
        copied: (text) => copied(text),
        selected: (text) => {
          if (appStores().terminalSettings.getState().copyOnSelect) copied(text);
        },
        shortcut: (pressed) => shortcut(pressed),
      },
    );
  }, [screen, container, session]);
  return {
    size,
    found,
    isSearching,
    held,
    message,
    copy,
    search: () => setIsSearching(true),
    endSearch: () => {
      setIsSearching(false);
      back();
    },
    dropPaste: () => {
      setHeld(undefined);
      back();
    },
  };
}

const zooms = { 'zoom-in': 'in', 'zoom-out': 'out', 'zoom-reset': 'reset' } as const;

async function openAgain(
  { details, session, onReplaced }: TerminalPaneProps,
  screen: TerminalScreen | undefined,
): Promise<void> {
  const { sessions } = appStores();
  const container = details.summary.Id;
  try {
    const size = screen?.size() ?? { columns: 80, rows: 24 };
    const id = await sessions.getState().start(container, { command: session.command, size });
    sessions.getState().closeTab({ container, session: session.id });
    onReplaced(id);
  } catch (thrown) {
    toast({ tone: 'danger', title: toEngineError(thrown).message });
  }
}
