import { createStore, type StoreApi } from 'zustand/vanilla';

import type { EngineClient } from '#engine/contract/client.ts';
import type { EngineEvent } from '#engine/contract/event.ts';
import type { Params } from '#engine/contract/methods.ts';
import type { TerminalSize } from '#engine/contract/terminal.ts';

import type { Pause } from './back-off.ts';
import { SessionLink, type SessionScreen, type SessionStatus, type SessionTarget } from './session-link.ts';
import { without } from './without.ts';

export interface NewSession {
  readonly command: readonly string[];
  readonly user?: string;
  readonly workingDir?: string;
  readonly size: TerminalSize;
}

/** The terminals of this window: which are attached, how each is, and which tabs a person has put away. */
export interface SessionsState {
  /** By `sessionKey`. */
  readonly statuses: Readonly<Record<string, SessionStatus>>;
  /** Tabs that were closed in this window, by `sessionKey`; what runs in them goes on. */
  readonly closed: ReadonlySet<string>;
  /** The tab in front, by container. */
  readonly front: Readonly<Record<string, string>>;

  /** Attaches, unless it is attached already. */
  readonly attach: (target: SessionTarget, screen: SessionScreen) => void;
  /** Attaches anew on the same screen, after it ended or failed. */
  readonly attachAgain: (target: SessionTarget) => void;
  readonly detach: (target: SessionTarget) => void;
  readonly type: (target: SessionTarget, text: string | Uint8Array) => void;
  /** Nothing more is typed into a program without a tty: it reads the end of its input. */
  readonly endInput: (target: SessionTarget) => void;
  readonly resize: (target: SessionTarget, size: TerminalSize) => void;
  /** Whether what is being drawn happened earlier. */
  readonly isReplaying: (target: SessionTarget) => boolean;
  /** Starts a command beside the container's own. @returns its session's id. @throws EngineError */
  readonly start: (container: string, session: NewSession) => Promise<string>;
  readonly bringToFront: (target: SessionTarget) => void;
  readonly closeTab: (target: SessionTarget) => void;
  readonly reopenTab: (target: SessionTarget) => void;
  readonly onEvent: (event: EngineEvent) => void;
}

export type SessionsStore = StoreApi<SessionsState>;

export function sessionKey(target: SessionTarget): string {
  return `${target.container}/${target.session}`;
}

interface Held {
  readonly target: SessionTarget;
  readonly screen: SessionScreen;
  link: SessionLink;
}

const encoder = new TextEncoder();

export function createSessionsStore(engine: EngineClient, pause?: Pause): SessionsStore {
  return createStore<SessionsState>()((set, get) => {
    const held = new Map<string, Held>();
    const link = (target: SessionTarget, screen: SessionScreen, isContinued = false): SessionLink => {
      const key = sessionKey(target);
      const report = (status: SessionStatus): void =>
        set((state) => ({ statuses: { ...state.statuses, [key]: status } }));
      const waiting = pause === undefined ? {} : { pause };
      return new SessionLink({ engine, target, screen, report, isContinued, ...waiting });
    };
    const linkOf = (target: SessionTarget): SessionLink | undefined => held.get(sessionKey(target))?.link;
    const front = ({ container, session }: SessionTarget): void =>
      set((state) => ({ front: { ...state.front, [container]: session } }));
    const detach = (target: SessionTarget): void => {
      linkOf(target)?.close();
      held.delete(sessionKey(target));
      set((state) => ({ statuses: without(state.statuses, sessionKey(target)) }));
    };
    const attachAgain = (target: SessionTarget): void => {
      const known = held.get(sessionKey(target));
      if (known === undefined) return;
      known.link.close();
      known.link = link(target, known.screen, true);
    };
    return {
      statuses: {},
      closed: new Set(),
      front: {},
      attach: (target, screen) => {
        const key = sessionKey(target);
        if (!held.has(key)) held.set(key, { target, screen, link: link(target, screen) });
      },
      attachAgain,
      detach,
      type: (target, text) => linkOf(target)?.type(typeof text === 'string' ? encoder.encode(text) : text),
      endInput: (target) => linkOf(target)?.endInput(),
      resize: (target, size) => linkOf(target)?.resize(size),
      isReplaying: (target) => linkOf(target)?.isReplaying ?? false,
      start: async (container, session) => {
        const { session: id } = await engine.call('containers.exec', execParams(container, session));
        front({ container, session: id });
        return id;
      },
      bringToFront: front,
      closeTab: (target) => {
        detach(target);
        set((state) => ({ closed: new Set([...state.closed, sessionKey(target)]) }));
      },
      reopenTab: (target) => {
        set((state) => ({ closed: new Set([...state.closed].filter((key) => key !== sessionKey(target))) }));
        front(target);
      },
      onEvent: (event) => {
        const targets = [...held.values()].map(({ target }) => target).filter((target) => isOf(event, target));
        if (event.action === 'destroy') targets.forEach(detach);
        if (event.action === 'start') targets.filter((target) => isOver(get(), target)).forEach(attachAgain);
      },
    };
  });
}

function isOf(event: EngineEvent, { container }: SessionTarget): boolean {
  return event.type === 'container' && event.id === container;
}

/** Whether the container's own process ended, or could not be reached because it did not run. */
function isOver({ statuses }: SessionsState, target: SessionTarget): boolean {
  const status = statuses[sessionKey(target)]?.status;
  return target.session === 'main' && (status === 'ended' || status === 'failed');
}

function execParams(container: string, { command, size, user, workingDir }: NewSession): Params<'containers.exec'> {
  const options = { ...(user === undefined ? {} : { user }), ...(workingDir === undefined ? {} : { workingDir }) };
  return { id: container, command: [...command], tty: true, size, ...options };
}
