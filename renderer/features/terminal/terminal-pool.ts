import type { SessionTarget } from '#renderer/stores/session-link.ts';
import { sessionKey, type SessionsStore } from '#renderer/stores/sessions.ts';

import { isTerminalReport } from './terminal-reports.ts';
import { type ScreenLook, type ScreenListener, type ScreenWords, TerminalScreen } from './terminal-screen.ts';

/** A run of a session's program. */
interface Run {
  /** Whether there is a process to attach to. */
  readonly isRunning: boolean;
  /** When the process started: another time means another run. */
  readonly startedAt: string;
}

interface Shown {
  readonly tty: boolean;
  readonly startedAt: string;
  readonly words: ScreenWords;
}

interface Held {
  readonly screen: TerminalScreen;
  /** The run that is on the screen. */
  startedAt: string;
}

/** What a view wants to hear from the screen it shows. */
export type ViewListener = Omit<ScreenListener, 'typed'>;

/**
 * The screens of this window, by session. A screen lives from the first time its tab is shown until the tab is closed
 * or its container is gone, whether or not a view shows it.
 */
export class TerminalPool {
  readonly #sessions: SessionsStore;
  readonly #look: () => ScreenLook;
  readonly #held = new Map<string, Held>();

  constructor(sessions: SessionsStore, look: () => ScreenLook) {
    this.#sessions = sessions;
    this.#look = look;
    sessions.subscribe((now, before) => {
      for (const key of Object.keys(before.statuses)) if (!(key in now.statuses)) this.#drop(key);
    });
  }

  /** Shows the session's screen in `parent`. */
  show(target: SessionTarget, parent: HTMLElement, { tty, startedAt, words }: Shown): TerminalScreen {
    const key = sessionKey(target);
    const held = this.#held.get(key) ?? { screen: new TerminalScreen({ tty, look: this.#look() }), startedAt };
    this.#held.set(key, held);
    held.screen.show(parent, words);
    return held.screen;
  }

  /** Attaches a shown screen to its process, with the size it got where it is shown; again after each new start. */
  attach(target: SessionTarget, { isRunning, startedAt }: Run): void {
    const held = this.#held.get(sessionKey(target));
    if (held === undefined || !isRunning) return;
    const { statuses, attach, attachAgain } = this.#sessions.getState();
    const status = statuses[sessionKey(target)]?.status;
    const isAnotherRun = held.startedAt !== startedAt;
    held.startedAt = startedAt;
    if (status === undefined) {
      // What an earlier run left is on the screen, from its log.
      if (isAnotherRun) held.screen.turnPage();
      attach(target, held.screen);
    } else if (isAnotherRun && (status === 'ended' || status === 'failed')) {
      attachAgain(target);
    }
  }

  listen(target: SessionTarget, view: ViewListener): void {
    const { getState } = this.#sessions;
    const screen = this.#held.get(sessionKey(target))?.screen;
    if (screen === undefined) return;
    screen.listener = {
      ...view,
      typed: (data) => {
        const isOld = typeof data === 'string' && getState().isReplaying(target) && isTerminalReport(data);
        if (!isOld) getState().type(target, data);
      },
      resized: (size) => {
        getState().resize(target, size);
        view.resized(size);
      },
    };
  }

  /** Takes the screen out of the page; an attached one goes on drawing. */
  hide(target: SessionTarget): void {
    const key = sessionKey(target);
    if (key in this.#sessions.getState().statuses) this.#held.get(key)?.screen.hide();
    else this.#drop(key);
  }

  /** After a change of theme or settings. */
  dress(): void {
    const look = this.#look();
    for (const { screen } of this.#held.values()) screen.dress(look);
  }

  #drop(key: string): void {
    this.#held.get(key)?.screen.dispose();
    this.#held.delete(key);
  }
}
