import type { Duplex, EngineClient } from '#engine/contract/client.ts';
import { type EngineError, toEngineError } from '#engine/contract/errors.ts';
import type { TerminalSize } from '#engine/contract/terminal.ts';

import { backOffMs, type Pause, pause } from './back-off.ts';

/** What a session is drawn on. */
export interface SessionScreen {
  /** The grid as it is now. */
  size(): TerminalSize;
  /** Resolves when the bytes are drawn: only then are the next ones asked for. */
  write(bytes: Uint8Array): Promise<void>;
  /** What follows is the screen from its beginning. */
  clear(): void;
  /** What follows is of another run of the program: it goes beneath what is there. */
  turnPage(): void;
}

export interface SessionTarget {
  /** The container's id. */
  readonly container: string;
  /** `main`, or an exec session's id. */
  readonly session: string;
}

export type SessionStatus =
  | { readonly status: 'connecting' }
  | { readonly status: 'live' }
  | { readonly status: 'reconnecting'; readonly reason: string }
  | { readonly status: 'ended'; readonly exitCode: number }
  | { readonly status: 'failed'; readonly error: EngineError };

export interface LinkOptions {
  readonly engine: EngineClient;
  readonly target: SessionTarget;
  readonly screen: SessionScreen;
  readonly report: (status: SessionStatus) => void;
  /** Whether the screen shows an earlier run that ended. */
  readonly isContinued?: boolean;
  readonly pause?: Pause;
}

type Ending = { readonly lost: EngineError } | { readonly final: SessionStatus };

// The engine replays at most this much (`AttachOptions` of engine/runtime): what comes after is live whatever it says.
const LONGEST_REPLAY = 64 * 1024;

/**
 * One session on one screen, for as long as both live.
 *
 * A lost engine is waited for: when it is back the screen is cleared once and replayed. What was typed meanwhile is
 * lost, as nobody saw it echoed.
 */
export class SessionLink {
  readonly #options: LinkOptions;
  readonly #closing = new AbortController();
  #duplex: Duplex<'containers.attach'> | undefined;
  #typing: Promise<void> = Promise.resolve();
  #mustClear = false;
  #isReplaying = true;
  #isIdle = false;
  #drawn = 0;

  constructor(options: LinkOptions) {
    this.#options = options;
    void this.#run();
  }

  /** What is drawn now happened earlier: a terminal's own answers to it must not be typed. */
  get isReplaying(): boolean {
    return this.#isReplaying;
  }

  type(bytes: Uint8Array): void {
    const duplex = this.#duplex;
    if (duplex === undefined) return;
    // A write that fails has lost its engine, and the reading side says so.
    this.#typing = this.#typing.then(() => duplex.write(bytes)).catch(() => undefined);
  }

  resize(size: TerminalSize): void {
    this.#duplex?.send({ resize: size });
  }

  /** Nothing more is typed: the program reads the end of its input. */
  endInput(): void {
    const duplex = this.#duplex;
    void this.#typing.then(() => duplex?.end());
  }

  close(): void {
    this.#closing.abort();
    this.#duplex?.close();
    this.#duplex = undefined;
  }

  async #run(): Promise<void> {
    const { report } = this.#options;
    const { signal } = this.#closing;
    report({ status: 'connecting' });
    for (let failures = 0; ;) {
      const ending = await this.#attach(() => {
        failures = 0;
        report({ status: 'live' });
      });
      this.#duplex = undefined;
      if (signal.aborted) return;
      if ('final' in ending) return report(ending.final);
      failures += 1;
      this.#mustClear = true;
      report({ status: 'reconnecting', reason: ending.lost.message });
      await (this.#options.pause ?? pause)(backOffMs(failures), signal);
    }
  }

  async #attach(onLive: () => void): Promise<Ending> {
    const { engine, target, screen } = this.#options;
    this.#isReplaying = true;
    this.#drawn = 0;
    try {
      const params = { id: target.container, session: target.session, size: screen.size() };
      const duplex = engine.duplex('containers.attach', params, this.#closing.signal);
      this.#duplex = duplex;
      const live = once(() => {
        if (this.#mustClear) screen.clear();
        else if (this.#options.isContinued === true) screen.turnPage();
        this.#mustClear = false;
        onLive();
      });
      void this.#readMessages(duplex, live);
      await this.#drawBytes(duplex, live);
      const { exitCode } = await duplex.answer;
      return { final: { status: 'ended', exitCode } };
    } catch (thrown) {
      const error = toEngineError(thrown);
      return error.code === 'unavailable' ? { lost: error } : { final: { status: 'failed', error } };
    }
  }

  async #drawBytes(duplex: Duplex<'containers.attach'>, live: () => void): Promise<void> {
    this.#isIdle = true;
    for await (const chunk of duplex.bytes) {
      this.#isIdle = false;
      live();
      await this.#options.screen.write(chunk);
      this.#drawn += chunk.byteLength;
      this.#isIdle = true;
    }
  }

  async #readMessages(duplex: Duplex<'containers.attach'>, live: () => void): Promise<void> {
    try {
      for await (const message of duplex.messages) {
        if (!('replayed' in message) || duplex !== this.#duplex) continue;
        live();
        await this.#replayDrawn(duplex);
      }
    } catch {
      // A broken connection breaks the bytes too, and is reported from there.
    }
  }

  /** The message overtakes bytes that are still to be drawn, so the replay ends only when none is waiting. */
  async #replayDrawn(duplex: Duplex<'containers.attach'>): Promise<void> {
    do {
      await new Promise((resolve) => setTimeout(resolve));
    } while (duplex === this.#duplex && !this.#isIdle && this.#drawn < LONGEST_REPLAY);
    if (duplex === this.#duplex) this.#isReplaying = false;
  }
}

function once(act: () => void): () => void {
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    act();
  };
}
