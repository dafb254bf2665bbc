import type { WireClient, WireDuplex } from './client.ts';
import { Connection } from './connection.ts';
import { EngineError, toEngineError } from './errors.ts';
import { parseAnswerFrame } from './frames.ts';
import { lateDuplex } from './late-duplex.ts';
import type { Transport } from './transport.ts';
import type { ConnectionState } from './window-api.ts';

/** How the platform reaches the engine. */
export interface Dialer {
  /** One attempt; rejects with a sentence when there is nobody. */
  dial(): Promise<Transport>;
  wait(ms: number): Promise<void>;
}

const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 2000;

/**
 * A connection that is made again whenever it is lost, until it is closed.
 *
 * What was pending then fails with `unavailable`; what is asked while there is none waits for the next.
 */
export class ReconnectingClient implements WireClient {
  readonly #dialer: Dialer;
  readonly #listeners = new Set<(state: ConnectionState) => void>();
  #state: ConnectionState = { status: 'connecting' };
  #connection: PromiseWithResolvers<Connection> = pending();
  #isClosed = false;

  constructor(dialer: Dialer) {
    this.#dialer = dialer;
    void this.#keepConnected();
  }

  async call(method: string, params: unknown, signal?: AbortSignal): Promise<unknown> {
    const connection = await this.#connected(signal);
    return connection.call(method, params, signal);
  }

  async *stream(method: string, params: unknown, signal?: AbortSignal): AsyncGenerator<unknown> {
    const connection = await this.#connected(signal);
    yield* connection.stream(method, params, signal);
  }

  duplex(method: string, params: unknown, signal?: AbortSignal): WireDuplex {
    return lateDuplex(this.#connected(signal).then((connection) => connection.duplex(method, params, signal)));
  }

  /** Calls back at once with the state as it is, then whenever it changes. @returns stops the calls. */
  watch(listener: (state: ConnectionState) => void): () => void {
    this.#listeners.add(listener);
    listener(this.#state);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    this.#isClosed = true;
    const gone = new EngineError('unavailable', 'The connection to the engine was closed.');
    void this.#connection.promise.then((connection) => connection.close()).catch(() => undefined);
    this.#connection.reject(gone);
  }

  async #keepConnected(): Promise<void> {
    let delayMs = FIRST_DELAY_MS;
    while (!this.#isClosed) {
      const attempt = await this.#attempt();
      if (attempt instanceof Connection) delayMs = FIRST_DELAY_MS;
      const reason = attempt instanceof Connection ? await this.#use(attempt) : attempt.message;
      if (this.#isClosed) return;
      this.#become({ status: 'reconnecting', reason });
      await this.#dialer.wait(delayMs);
      delayMs = Math.min(delayMs * 2, LONGEST_DELAY_MS);
    }
  }

  async #attempt(): Promise<Connection | EngineError> {
    try {
      return new Connection(await this.#dialer.dial(), parseAnswerFrame);
    } catch (error) {
      return toEngineError(error);
    }
  }

  /** @returns why the connection ended. */
  async #use(connection: Connection): Promise<string> {
    if (this.#isClosed) connection.close();
    this.#connection.resolve(connection);
    this.#become({ status: 'connected' });
    const reason = await connection.closed;
    if (!this.#isClosed) this.#connection = pending();
    return reason;
  }

  #become(state: ConnectionState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener(state);
  }

  async #connected(signal: AbortSignal | undefined): Promise<Connection> {
    const cancelled = new EngineError('cancelled', 'Cancelled.');
    if (signal === undefined) return this.#connection.promise;
    if (signal.aborted) throw cancelled;
    const { promise, reject } = Promise.withResolvers<never>();
    const listener = (): void => reject(cancelled);
    signal.addEventListener('abort', listener);
    try {
      return await Promise.race([this.#connection.promise, promise]);
    } finally {
      signal.removeEventListener('abort', listener);
    }
  }
}

function pending(): PromiseWithResolvers<Connection> {
  const connection = Promise.withResolvers<Connection>();
  // Nobody need be waiting when it is closed.
  connection.promise.catch(() => undefined);
  return connection;
}
