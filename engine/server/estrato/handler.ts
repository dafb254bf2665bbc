import type { Answer, CallName, Down, DuplexName, Item, Params, StreamName, Up } from '#engine/contract/methods.ts';

/** The other side of an open duplex, seen from the engine. */
export interface DuplexPeer<N extends DuplexName> {
  /** Bytes from the client, until it says there are no more. Reading grants it credit. */
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly messages: AsyncIterable<Up<N>>;
  /** Resolves once the client has credit for more. */
  write(bytes: Uint8Array): Promise<void>;
  send(message: Down<N>): void;
}

/** `signal` fires when the client leaves or its connection is lost. */
export type CallHandler<N extends CallName> = (params: Params<N>, signal: AbortSignal) => Promise<Answer<N>>;
export type StreamHandler<N extends StreamName> = (params: Params<N>, signal: AbortSignal) => AsyncIterable<Item<N>>;
export type DuplexHandler<N extends DuplexName> = (
  params: Params<N>,
  peer: DuplexPeer<N>,
  signal: AbortSignal,
) => Promise<Answer<N>>;

export type CallHandlers = { readonly [N in CallName]: CallHandler<N> };
export type StreamHandlers = { readonly [N in StreamName]: StreamHandler<N> };
export type DuplexHandlers = { readonly [N in DuplexName]: DuplexHandler<N> };

/** One handler for each method of the table, by its kind: a method without one does not compile. */
export interface Handlers {
  readonly calls: CallHandlers;
  readonly streams: StreamHandlers;
  readonly duplexes: DuplexHandlers;
}
