import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import { EngineError, toEngineError } from '#engine/contract/errors.ts';

import type { ConnectedEngine } from './connect-engine.ts';
import { connectEngine } from './connect-engine.ts';
import type { EnginePlace } from './default-paths.ts';
import { socketPathOfHost } from './default-paths.ts';
import { openEngineLog, readEngineLog } from './engine-log.ts';

/** What an engine is started with: `program` is a Node 24, `args` end where the engine's own begin. */
export interface EngineCommand {
  readonly program: string;
  readonly args: readonly string[];
}

/** How the engine is, for people. `log` is what it said last, readable. */
export type EngineState =
  | { readonly status: 'starting' }
  /** `isOurs`: started here, so that stopping stops it. */
  | { readonly status: 'running'; readonly isOurs: boolean }
  | { readonly status: 'restarting'; readonly reason: string; readonly log: readonly string[] }
  | { readonly status: 'failed'; readonly reason: string; readonly log: readonly string[] }
  | { readonly status: 'stopped' };

export interface EngineProcessOptions {
  readonly place: EnginePlace;
  /** Undefined: an engine is only found, and none is started. */
  readonly command: EngineCommand | undefined;
}

const SHOWN_LOG_LINES = 50;
/** How often a starting engine's socket is tried. */
const DIAL_EVERY_MS = 50;
const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 8000;
/** An engine that has run this long has started well: the next death is a new story. */
const STEADY_MS = 30_000;
/** So many deaths in a row, and another start would help nobody. */
const MAX_DEATHS = 5;
const STOP_TIMEOUT_MS = 15_000;

interface Started {
  readonly child: ChildProcess;
  /** Resolves when it has ended. */
  readonly ended: Promise<void>;
  /** Where in the log its own words begin, in bytes. */
  readonly logStart: number;
}

/**
 * An engine that is there: the one found at the socket, or one started here and started again when it dies.
 *
 * It runs detached, so that neither a terminal's Ctrl-C nor the death of this process takes it along.
 */
export class EngineProcess implements AsyncDisposable {
  readonly #place: EnginePlace;
  readonly #command: EngineCommand | undefined;
  readonly #socketPath: string;
  readonly #logPath: string;
  readonly #listeners = new Set<(state: EngineState) => void>();
  readonly #leaving = new AbortController();
  #state: EngineState = { status: 'starting' };
  #started: Started | undefined;
  #working: Promise<void> | undefined;
  #isRestartWanted = false;

  constructor({ place, command }: EngineProcessOptions) {
    this.#place = place;
    this.#command = command;
    this.#socketPath = socketPathOfHost(place.host);
    this.#logPath = join(place.dataRoot, 'engine.log');
  }

  get socketPath(): string {
    return this.#socketPath;
  }

  get logPath(): string {
    return this.#logPath;
  }

  /** Calls back at once with the state as it is, then whenever it changes. @returns stops the calls. */
  watch(listener: (state: EngineState) => void): () => void {
    this.#listeners.add(listener);
    listener(this.#state);
    return () => this.#listeners.delete(listener);
  }

  /** Finds or starts the engine and keeps it running; also after `failed`, to try again. */
  start(): void {
    if (this.#working !== undefined || this.#leaving.signal.aborted) return;
    this.#working = this.#supervise()
      .catch((error: unknown) => this.#fail(toEngineError(error).message))
      .finally(() => {
        this.#working = undefined;
      });
  }

  /** Ends the engine, if it was started here, and starts it again at once; one that has failed is tried again. */
  restart(): void {
    this.#isRestartWanted = this.#started !== undefined;
    this.#started?.child.kill('SIGTERM');
    this.start();
  }

  /** Resolves once an engine answers. @throws EngineError `unavailable` with its own sentence when none can be had. */
  async ready(): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const stop = this.watch((state) => {
      if (state.status === 'running') resolve();
      else if (state.status === 'failed') reject(new EngineError('unavailable', state.reason));
      else if (state.status === 'stopped') reject(new EngineError('cancelled', 'The engine was stopped.'));
    });
    return promise.finally(stop);
  }

  /** Ends supervision, and the engine if it was started here; containers go on. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#leaving.abort();
    await this.#working;
    const started = this.#started;
    if (started !== undefined) {
      started.child.kill('SIGTERM');
      const timer = setTimeout(() => started.child.kill('SIGKILL'), STOP_TIMEOUT_MS);
      await started.ended;
      clearTimeout(timer);
    }
    this.#become({ status: 'stopped' });
  }

  async #supervise(): Promise<void> {
    this.#become({ status: 'starting' });
    let deaths = 0;
    let hasRun = false;
    while (!this.#leaving.signal.aborted) {
      const { reason, ranMs } = await this.#runOnce(hasRun);
      hasRun = true;
      if (this.#leaving.signal.aborted) return;
      if (this.#isRestartWanted) {
        this.#isRestartWanted = false;
        this.#become({ status: 'starting' });
        continue;
      }
      deaths = ranMs > STEADY_MS ? 1 : deaths + 1;
      if (deaths >= MAX_DEATHS) return this.#fail(`The engine ended ${deaths} times in a row. ${reason}`);
      this.#become({ status: 'restarting', reason, log: await this.#lastLog() });
      await this.#pause(Math.min(FIRST_DELAY_MS * 2 ** (deaths - 1), LONGEST_DELAY_MS));
    }
  }

  /**
   * One life of an engine, until it is over.
   *
   * @throws EngineError when the first one can't begin: its reason won't go away by trying. One that has run before
   * may well begin later.
   */
  async #runOnce(isAgain: boolean): Promise<{ readonly reason: string; readonly ranMs: number }> {
    try {
      const connected = await this.#findOrStart();
      if (connected === undefined) return { reason: 'left', ranMs: 0 };
      this.#become({ status: 'running', isOurs: this.#started !== undefined });
      const since = Date.now();
      return { reason: await this.#useUntilLost(connected), ranMs: Date.now() - since };
    } catch (error) {
      if (!isAgain) throw error;
      return { reason: toEngineError(error).message, ranMs: 0 };
    }
  }

  /** @returns why it is gone: its own last sentence if it was started here. */
  async #useUntilLost(connected: ConnectedEngine): Promise<string> {
    const left = Promise.withResolvers<string>();
    const leave = (): void => left.resolve('left');
    this.#leaving.signal.addEventListener('abort', leave, { once: true });
    using _ = connected;
    const reason = await Promise.race([connected.closed, left.promise]);
    this.#leaving.signal.removeEventListener('abort', leave);
    if (this.#leaving.signal.aborted || this.#started === undefined) return sentence(reason);
    await this.#started.ended;
    const ending = howItEnded(this.#started.child);
    this.#started = undefined;
    return ending;
  }

  /** @returns undefined when left meanwhile. @throws EngineError in the engine's own words when it can't begin. */
  async #findOrStart(): Promise<ConnectedEngine | undefined> {
    const found = await this.#dial();
    if (found !== undefined || this.#leaving.signal.aborted) return found;
    const started = await this.#spawn(this.#command ?? (await this.#refuseToStart()));
    this.#started = started;
    let isGone = false;
    void started.ended.then(() => {
      isGone = true;
    });
    while (!this.#leaving.signal.aborted) {
      const wasGone = isGone;
      const connected = await this.#dial();
      if (connected !== undefined && !wasGone) return connected;
      if (wasGone) {
        this.#started = undefined;
        // Someone else's may have been faster: then ours had to end, and all is well.
        if (connected !== undefined) return connected;
        throw new EngineError('unavailable', await this.#lastSentence(started));
      }
      await this.#pause(DIAL_EVERY_MS);
    }
    return undefined;
  }

  async #dial(): Promise<ConnectedEngine | undefined> {
    try {
      return await connectEngine(this.#socketPath);
    } catch (error) {
      if (toEngineError(error).code === 'forbidden') throw error;
      return undefined;
    }
  }

  /** @throws EngineError `unavailable`. */
  async #refuseToStart(): Promise<never> {
    const { host, dataRoot } = this.#place;
    throw new EngineError(
      'unavailable',
      `No engine answers at ${host}; start one there: estrato engine --data-root ${dataRoot} --host ${host}`,
    );
  }

  async #spawn({ program, args }: EngineCommand): Promise<Started> {
    const { dataRoot, host } = this.#place;
    await using log = await openEngineLog(this.#logPath).catch((cause: unknown) => {
      throw new EngineError(
        'forbidden',
        `The data root ${dataRoot} can't be written by this user; choose another with --data-root.`,
        { cause },
      );
    });
    const { size } = await log.stat();
    const child = spawn(program, [...args, 'engine', '--data-root', dataRoot, '--host', host], {
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
      // The engine's place is its own: a folder that is in use can't be removed or unmounted.
      cwd: '/',
    });
    child.unref();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    child.once('spawn', resolve);
    child.once('error', (cause) => {
      reject(new EngineError('unavailable', `The engine's program ${program} can't be started: ${cause.message}.`));
    });
    await promise;
    const ended = new Promise<void>((settle) => child.once('exit', () => settle()));
    return { child, ended, logStart: size };
  }

  async #lastLog(): Promise<string[]> {
    return readEngineLog(this.#logPath, this.#started?.logStart ?? 0, SHOWN_LOG_LINES);
  }

  /** Whoever can't begin says why in the last line. */
  async #lastSentence({ child, logStart }: Started): Promise<string> {
    const lines = await readEngineLog(this.#logPath, logStart, 1);
    return lines.at(-1)?.replace(/^estrato: /, '') ?? howItEnded(child);
  }

  async #fail(reason: string): Promise<void> {
    if (this.#leaving.signal.aborted) return;
    this.#become({ status: 'failed', reason, log: await this.#lastLog() });
  }

  async #pause(ms: number): Promise<void> {
    await wait(ms, undefined, { signal: this.#leaving.signal, ref: true }).catch(() => undefined);
  }

  #become(state: EngineState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener(state);
  }
}

function howItEnded({ exitCode, signalCode }: ChildProcess): string {
  if (signalCode !== null) return `The engine was ended by ${signalCode}.`;
  return `The engine ended with exit code ${exitCode ?? 'unknown'}.`;
}

function sentence(reason: string): string {
  return `The engine is gone: ${reason.replace(/\.$/, '')}.`;
}
