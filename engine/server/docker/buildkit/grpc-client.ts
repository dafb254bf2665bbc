import { connect, type ClientHttp2Session, type ClientHttp2Stream, type IncomingHttpHeaders } from 'node:http2';
import type { Duplex } from 'node:stream';

import { EngineError } from '#engine/contract/errors.ts';

import { codeOfStatus } from './grpc-codes.ts';
import { framed, messagesIn } from './grpc-frames.ts';

/** Whoever is called at the other end of a connection: here the command that asked for a build. */
export class GrpcClient implements Disposable {
  readonly #session: ClientHttp2Session;
  readonly #gone = new AbortController();

  /** @param socket a connection on which nothing was said yet. */
  constructor(socket: Duplex) {
    this.#session = connect('http://client', { createConnection: () => socket });
    this.#session.once('close', () => {
      this.#gone.abort(new EngineError('cancelled', 'The client that asked for the build has gone.'));
    });
    // The session reads beneath the socket, and of a paused one nobody is told that it has ended.
    socket.once('end', () => this.#session.destroy()).resume();
    // Told by the close that follows.
    this.#session.on('error', () => undefined);
  }

  /** Fires when the other end has gone. */
  get signal(): AbortSignal {
    return this.#gone.signal;
  }

  /** Asks once, and is answered once. */
  async ask(method: string, message: Uint8Array): Promise<Uint8Array> {
    await using call = this.call(method);
    await call.write(message);
    call.endWriting();
    for await (const answer of call) return answer;
    throw new EngineError('unavailable', `The client gave no answer to ${method}.`);
  }

  /** Begins a call that is talked in. @param method `/service/method`. Disposing of it ends it. */
  call(method: string, metadata: Readonly<Record<string, string | readonly string[]>> = {}): GrpcCall {
    this.#gone.signal.throwIfAborted();
    const stream = this.#session.request({
      ...Object.fromEntries(Object.entries(metadata).map(([name, value]) => [name, [value].flat()])),
      ':method': 'POST',
      ':path': method,
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    return new GrpcCall(stream, this.#gone.signal);
  }

  [Symbol.dispose](): void {
    this.#session.destroy();
  }
}

/** A call under way: messages both ways. Reading ends with the call, or throws what the other end says went wrong. */
export class GrpcCall implements AsyncDisposable, AsyncIterable<Buffer> {
  readonly #stream: ClientHttp2Stream;
  readonly #gone: AbortSignal;
  #status: IncomingHttpHeaders = {};

  constructor(stream: ClientHttp2Stream, gone: AbortSignal) {
    this.#stream = stream;
    this.#gone = gone;
    const note = (headers: IncomingHttpHeaders): void => {
      this.#status = { ...this.#status, ...headers };
    };
    stream.on('response', note);
    stream.on('trailers', note);
    stream.on('error', () => undefined);
  }

  /** Resolves when more may be written. */
  async write(message: Uint8Array): Promise<void> {
    const stream = this.#stream;
    if (stream.destroyed || stream.write(framed(message))) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    stream.once('drain', resolve);
    stream.once('close', resolve);
    await promise;
    stream.off('drain', resolve);
    stream.off('close', resolve);
  }

  /** Whether the other end has ended it. */
  get isEnded(): boolean {
    return this.#stream.closed;
  }

  endWriting(): void {
    this.#stream.end();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    try {
      yield* messagesIn(this.#stream);
    } catch (error) {
      this.#gone.throwIfAborted();
      throw error;
    }
    this.#gone.throwIfAborted();
    this.#throwStatus();
  }

  #throwStatus(): void {
    const { 'grpc-status': status = '2', 'grpc-message': message = '' } = this.#status;
    if (status === '0') return;
    const said = decoded(String(message));
    throw new EngineError(codeOfStatus(String(status)), said === '' ? 'The client ended a call.' : said);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#stream.closed) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#stream.once('close', resolve);
    this.#stream.close();
    this.#stream.resume();
    await promise;
  }
}

/** "Percent-Encoded" of the protocol; what isn't stays as it stands. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
