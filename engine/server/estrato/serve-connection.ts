import { EngineError, toEngineError } from '#engine/contract/errors.ts';
import { MAX_OPEN_STREAMS, parseBytesFrame } from '#engine/contract/bytes-frame.ts';
import { parseRequestFrame, type RequestFrame } from '#engine/contract/frames.ts';
import type { Transport } from '#engine/contract/transport.ts';
import type { Log } from '#engine/server/log.ts';

import { dispatch } from './dispatch.ts';
import type { Handlers } from './handler.ts';
import { ServedStream } from './served-stream.ts';

/** Answers what is asked over a transport until it closes; a frame that isn't understood closes it. */
export function serveConnection(transport: Transport, handlers: Handlers, log: Log): void {
  const connection = new ServedConnection(transport, handlers, log);
  transport.onFrame((frame) => connection.receive(frame));
  transport.onClose(() => connection.leave());
}

class ServedConnection {
  readonly #transport: Transport;
  readonly #handlers: Handlers;
  readonly #log: Log;
  readonly #streams = new Map<number, ServedStream>();
  #lastStream = 0;
  #isClosed = false;

  constructor(transport: Transport, handlers: Handlers, log: Log) {
    this.#transport = transport;
    this.#handlers = handlers;
    this.#log = log;
  }

  receive(frame: string | Uint8Array): void {
    if (this.#isClosed) return;
    try {
      if (typeof frame === 'string') this.#receiveFrame(parseRequestFrame(frame));
      else this.#receiveBytes(frame);
    } catch (error) {
      const { message } = toEngineError(error);
      this.#log.warn({ reason: message }, 'closed a connection that broke the protocol');
      this.leave();
      this.#transport.close(message);
    }
  }

  leave(): void {
    this.#isClosed = true;
    for (const stream of this.#streams.values()) stream.leave();
    this.#streams.clear();
  }

  #receiveFrame(frame: RequestFrame): void {
    if (frame.type === 'open') {
      this.#open(frame);
      return;
    }
    this.#refuseUnopened(frame.stream);
    this.#streams.get(frame.stream)?.receive(frame);
  }

  #receiveBytes(frame: Uint8Array): void {
    const { stream, bytes } = parseBytesFrame(frame);
    this.#refuseUnopened(stream);
    this.#streams.get(stream)?.receiveBytes(bytes);
  }

  /** What was sent to a stream before its answer arrived there is nothing to complain about. */
  #refuseUnopened(stream: number): void {
    if (stream > this.#lastStream) throw new EngineError('invalid-argument', `Stream ${stream} was never opened.`);
  }

  #open(frame: Extract<RequestFrame, { type: 'open' }>): void {
    if (frame.stream <= this.#lastStream) {
      throw new EngineError('invalid-argument', `Stream ${frame.stream} was opened after stream ${this.#lastStream}.`);
    }
    if (this.#streams.size >= MAX_OPEN_STREAMS) {
      throw new EngineError('too-large', `More than ${MAX_OPEN_STREAMS} streams were open at once.`);
    }
    this.#lastStream = frame.stream;
    const stream = new ServedStream(frame.stream, (sent) => this.#transport.send(sent));
    this.#streams.set(frame.stream, stream);
    void this.#serve(stream, frame);
  }

  async #serve(stream: ServedStream, frame: Extract<RequestFrame, { type: 'open' }>): Promise<void> {
    try {
      await dispatch(this.#handlers, stream, frame);
    } catch (thrown) {
      this.#tell(stream, { method: frame.method, thrown });
    } finally {
      stream.leave();
      this.#streams.delete(frame.stream);
    }
  }

  #tell(stream: ServedStream, { method, thrown }: { readonly method: string; readonly thrown: unknown }): void {
    if (stream.signal.aborted) return;
    const error = toEngineError(thrown);
    if (error.code === 'internal') this.#log.error({ method, err: thrown }, 'a request failed unexpectedly');
    stream.fail(error);
  }
}
