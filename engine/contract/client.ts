import type { Answer, CallName, Down, DuplexName, Item, Params, StreamName, Up } from './methods.ts';

/** An open duplex: bytes and messages both ways. Leaving it (`close`, or the signal) ends it on the other side too. */
export interface Duplex<N extends DuplexName> {
  /** Bytes from the engine. Reading is what grants credit: an unread duplex pauses its writer, down to the pty. */
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly messages: AsyncIterable<Down<N>>;
  /** Resolves once the other side has credit for more. */
  write(bytes: Uint8Array): Promise<void>;
  send(message: Up<N>): void;
  /** No more bytes from here; the engine may still answer. */
  end(): void;
  /** Settles when the engine has answered. */
  readonly answer: Promise<Answer<N>>;
  close(): void;
}

/**
 * An engine as its callers see it, whatever carries the frames.
 *
 * Every failure is an `EngineError`; a lost connection is `unavailable`, a signal that fired is `cancelled`.
 */
export interface EngineClient {
  call<N extends CallName>(method: N, params: Params<N>, signal?: AbortSignal): Promise<Answer<N>>;
  stream<N extends StreamName>(method: N, params: Params<N>, signal?: AbortSignal): AsyncIterable<Item<N>>;
  duplex<N extends DuplexName>(method: N, params: Params<N>, signal?: AbortSignal): Duplex<N>;
}

/** A `Duplex` before its messages and its answer are checked. */
export interface WireDuplex {
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly messages: AsyncIterable<unknown>;
  write(bytes: Uint8Array): Promise<void>;
  send(message: unknown): void;
  end(): void;
  readonly answer: Promise<unknown>;
  close(): void;
}

/**
 * An engine before anything is checked: what carries frames implements this, `typedClient` puts the method table on it.
 *
 * Fails as `EngineClient` does.
 */
export interface WireClient {
  call(method: string, params: unknown, signal?: AbortSignal): Promise<unknown>;
  stream(method: string, params: unknown, signal?: AbortSignal): AsyncIterable<unknown>;
  duplex(method: string, params: unknown, signal?: AbortSignal): WireDuplex;
}
