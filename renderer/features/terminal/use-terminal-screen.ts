import { type RefObject, useEffect, useState } from 'react';
import { useStore } from 'zustand';

import type { Session } from '#engine/contract/terminal.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import type { LogView } from '#renderer/stores/logs.ts';
import { sessionKey } from '#renderer/stores/sessions.ts';

import { loadTerminalFont } from './terminal-look.ts';
import type { TerminalScreen } from './terminal-screen.ts';
import { windowTerminals } from './window-terminals.ts';

interface UseTerminalScreen {
  readonly container: string;
  readonly session: Session;
  readonly label: string;
  readonly inputLabel: string;
  readonly hintId: string;
}

/** Shows the session's screen in `frame` while the component is there. @returns it, once it is shown. */
export function useTerminalScreen(
  frame: RefObject<HTMLElement | null>,
  { container, session, label, inputLabel, hintId }: UseTerminalScreen,
): TerminalScreen | undefined {
  const { sessions } = appStores();
  const [screen, setScreen] = useState<TerminalScreen>();
  const { id, tty, running: isRunning, startedAt } = session;
  const status = useStore(sessions, (state) => state.statuses[sessionKey({ container, session: id })]?.status);
  useEffect(() => {
    const target = { container, session: id };
    let isGone = false;
    let isShown = false;
    const show = async (): Promise<void> => {
      await loadTerminalFont(appStores().terminalSettings.getState().fontSize);
      // React Aria also renders what stands in its collections into a template, where nothing can be shown.
      if (isGone || frame.current?.isConnected !== true) return;
      isShown = true;
      const words = { label, inputLabel, hintId };
      setScreen(windowTerminals().show(target, frame.current, { tty, startedAt, words }));
    };
    void show();
    return () => {
      isGone = true;
      setScreen(undefined);
      if (isShown) windowTerminals().hide(target);
    };
    // Another start of the same session goes on on the same screen.
    // oxlint-disable-next-line react/exhaustive-deps -- so `startedAt` is read once
  }, [frame, container, id, tty, label, inputLabel, hintId]);
  const isOver = status === 'ended' || status === 'failed';
  useEffect(() => {
    if (screen !== undefined) windowTerminals().attach({ container, session: id }, { isRunning, startedAt });
  }, [screen, container, id, isRunning, startedAt, isOver]);
  return screen;
}

const LAST_LINES = 1000;

/** Draws the end of the log on the screen of a program that does not run, and of which nothing was seen here. */
export function useLastOutput(screen: TerminalScreen | undefined, container: string, isNeeded: boolean): void {
  useEffect(() => {
    if (screen === undefined || !isNeeded) return undefined;
    const { logs } = appStores();
    let isPrinted = false;
    const print = (): void => {
      const view = logs.getState().logs[container];
      if (isPrinted || view === undefined || view.status.status !== 'ended') return;
      isPrinted = true;
      void screen.write(lastOutput(view));
    };
    const close = logs.getState().open(container);
    const unsubscribe = logs.subscribe(print);
    print();
    return () => {
      unsubscribe();
      close();
    };
  }, [screen, container, isNeeded]);
}

function lastOutput({ buffer }: LogView): Uint8Array {
  const lines: string[] = [];
  for (let number = Math.max(buffer.first, buffer.end - LAST_LINES); number < buffer.end; number += 1) {
    lines.push(buffer.at(number)?.text ?? '');
  }
  return new TextEncoder().encode(lines.join('\r\n'));
}
