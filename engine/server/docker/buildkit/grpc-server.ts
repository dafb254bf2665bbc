import { once } from 'node:events';
import { performServerHandshake, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import type { Duplex } from 'node:stream';

import { onAbort } from '#engine/async/on-abort.ts';
import { EngineError, toEngineError } from '#engine/contract/errors.ts';

import { statusOfCode } from './grpc-codes.ts';
import { framed, messagesIn } from './grpc-frames.ts';

/** One call of a client's. */
export interface GrpcRequest {
  readonly message: Uint8Array;
  readonly headers: IncomingHttpHeaders;
  /** Fires when the client has left the call, or is gone. */
  readonly signal: AbortSignal;
}

/** Answers a call with one message or with many. What it throws is the call's status. */
export type GrpcMethod = (request: GrpcRequest) => AsyncIterable<Uint8Array>;

/**
 * Answers what is called at our end of a connection (github.com/grpc/grpc, `PROTOCOL-HTTP2.md`), until it is closed.
 * @param methods by their paths: `/service/method`. @param closing fires when the engine ends.
 */
export function serveGrpc(socket: Duplex, methods: ReadonlyMap<string, GrpcMethod>, closing: AbortSignal): void {
  const session = performServerHandshake(socket);
  // Told by the close that follows.
  session.on('error', () => undefined);
  session.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
    stream.on('error', () => undefined);
    void answer(stream, headers, { methods, gone: gone.signal });
  });
  const end = (): void => session.destroy();
  // Node's session reads beneath the socket, and of a paused one nobody is told that it has ended.
  const gone = new AbortController();
  const leave = (): void => {
    gone.abort();
    end();
  };
  socket.once('end', leave).once('close', leave).resume();
  closing.addEventListener('abort', end, { once: true });
  session.once('close', () => closing.removeEventListener('abort', end));
}

async function answer(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  { methods, gone }: { readonly methods: ReadonlyMap<string, GrpcMethod>; readonly gone: AbortSignal },
): Promise<void> {
  const left = new AbortController();
  const leave = (): void => left.abort(new EngineError('cancelled', 'The client has left the call.'));
  stream.once('close', leave).once('close', onAbort(gone, leave));
  let trailers: Record<string, string> = { 'grpc-status': '0' };
  stream.once('wantTrailers', () => stream.sendTrailers(trailers));
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
  try {
    const { ':path': path = '' } = headers;
    const method = methods.get(path);
    if (method === undefined) throw new EngineError('unsupported', `This engine answers no call to ${path}.`);
    const message = await onlyMessage(stream);
    for await (const said of method({ message, headers, signal: left.signal })) {
      if (left.signal.aborted) return;
      if (!stream.write(framed(said))) await once(stream, 'drain', { signal: left.signal });
    }
  } catch (error) {
    const { code, message } = toEngineError(error);
    trailers = { 'grpc-status': statusOfCode(code), 'grpc-message': encodeURIComponent(message.toWellFormed()) };
  }
  if (!stream.destroyed) stream.end();
}

async function onlyMessage(stream: ServerHttp2Stream): Promise<Uint8Array> {
  // Left early, the other way has still to be answered on.
  for await (const message of messagesIn(stream.iterator({ destroyOnReturn: false }))) {
    stream.resume();
    return message;
  }
  throw new EngineError('invalid-argument', 'The client sent a call without a message.');
}
