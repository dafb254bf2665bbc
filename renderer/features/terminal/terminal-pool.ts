import type { SessionTarget } from '#renderer/stores/session-link.ts';
import { sessionKey, type SessionsStore } from '#renderer/stores/sessions.ts';

import { isTerminalReport } from './terminal-reports.ts';
import { type ScreenLook, type ScreenListener, TerminalScreen } from './terminal-screen.ts';

/** What a view wants to hear from the screen it shows. */
export type ViewListener = Omit<ScreenListener, 'typed' | 'resized'>;

/**
 * The screens of this window, by session. A screen lives from the first time its tab is shown until the tab is closed
 * or its container is gone, whether or not a view shows it.
 */
export class TerminalPool {
  readonly #sessions: SessionsStore;
  readonly #look: () => ScreenLook;
  readonly #screens = new Map<string, TerminalScreen>();

  constructor(sessions: SessionsStore, look: () => ScreenLook) {
    this.#sessions = sessions;
    this.#look = look;
    sessions.subscribe((now, before) => {
      for (const key of Object.keys(before.statuses)) if (!(key in now.statuses)) this.#drop(key);
    });
  }

  /** Shows the session's screen in `parent`; the first time, it is attached with the size it got there. */
  show(
    target: SessionTarget,
    parent: HTMLElement,
    options: { readonly label: string; readonly tty: boolean },
  ): TerminalScreen {
    const key = sessionKey(target);
    const screen = this.#screens.get(key) ?? new TerminalScreen({ ...options, look: this.#look() });
    this.#screens.set(key, screen);
    screen.show(parent);
    this.#sessions.getState().attach(target, screen);
    return screen;
  }

  listen(target: SessionTarget, view: ViewListener): void {
    const { getState } = this.#sessions;
    const screen = this.#screens.get(sessionKey(target));
    if (screen === undefined) return;
    screen.listener = {
      ...view,
      typed: (data) => {
        const isOld = typeof data === 'string' && getState().isReplaying(target) && isTerminalReport(data);
        if (!isOld) getState().type(target, data);
      },
      resized: (size) => getState().resize(target, size),
    };
  }

  /** Takes the screen out of the page; it goes on drawing. */
  hide(target: SessionTarget): void {
    this.#screens.get(sessionKey(target))?.hide();
  }

  /** After a change of theme or settings. */
  dress(): void {
    const look = this.#look();
    for (const screen of this.#screens.values()) screen.dress(look);
  }

  #drop(key: string): void {
    this.#screens.get(key)?.dispose();
    this.#screens.delete(key);
  }
}
