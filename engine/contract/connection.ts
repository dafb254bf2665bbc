import { onAbort } from '#engine/async/on-abort.ts';

import type { WireClient, WireDuplex } from './client.ts';
import { EngineError, toEngineError } from './errors.ts';
import { encodeBytesFrame, parseBytesFrame } from './bytes-frame.ts';
import type { AnswerFrame, RequestFrame } from './frames.ts';
import { OpenStream } from './open-stream.ts';
import type { Transport } from './transport.ts';

/**
 * An engine at the other end of a transport.
 *
 * When the connection is lost, everything pending and everything asked later fails with `unavailable`; a frame that
 * isn't understood closes it.
 */
export class Connection implements WireClient {
  /** Resolves, with the reason, when the connection is lost or closed. */
  readonly closed: Promise<string>;
  readonly #transport: Transport;
  readonly #parse: (text: string) => AnswerFrame;
  readonly #streams = new Map<number, OpenStream>();
  #lastStream = 0;
  #lost: EngineError | undefined;

  /** @param parse what makes frames of an engine's text (`parseAnswerFrame`): handed in, since a client may load it late. */
  constructor(transport: Transport, parse: (text: string) => AnswerFrame) {
    this.#transport = transport;
    this.#parse = parse;
    const { promise, resolve } = Promise.withResolvers<string>();
    this.closed = promise;
    transport.onFrame((frame) => this.#receive(frame));
    transport.onClose((reason) => {
      this.#lose(reason);
      resolve(reason);
    });
  }

  async call(method: string, params: unknown, signal?: AbortSignal): Promise<unknown> {
    return this.#open({ method, params }, signal).answer;
  }

  async *stream(method: string, params: unknown, signal?: AbortSignal): AsyncGenerator<unknown> {
    const stream = this.#open({ method, params }, signal);
    try {
      yield* stream.items();
    } finally {
      stream.cancel();
    }
  }

  duplex(method: string, params: unknown, signal?: AbortSignal): WireDuplex {
    const stream = this.#open({ method, params }, signal);
    return {
      bytes: stream.bytes(),
      messages: stream.messages,
      write: (bytes) => stream.write(bytes),
      send: (message) => stream.send(message),
      end: () => stream.end(),
      answer: stream.answer,
      close: () => stream.cancel(),
    };
  }

  close(reason = 'closed'): void {
    this.#transport.close(reason);
    this.#lose(reason);
  }

  #open({ method, params }: { readonly method: string; readonly params: unknown }, signal?: AbortSignal): OpenStream {
    const number = ++this.#lastStream;
    const stream = new OpenStream(number, {
      frame: (frame) => this.#send(frame),
      bytes: (bytes) => this.#transport.send(encodeBytesFrame({ stream: number, bytes })),
      closed: () => this.#streams.delete(number),
    });
    if (this.#lost !== undefined) stream.fail(this.#lost);
    else if (signal?.aborted) stream.fail(new EngineError('cancelled', 'Cancelled.'));
    else {
      this.#streams.set(number, stream);
      this.#send({ type: 'open', stream: number, method, params });
      const forget = onAbort(signal, () => stream.cancel());
      stream.answer.then(forget, forget);
    }
    return stream;
  }

  #send(frame: RequestFrame): void {
    if (this.#lost === undefined) this.#transport.send(JSON.stringify(frame));
  }

  #receive(frame: string | Uint8Array): void {
    if (this.#lost !== undefined) return;
    try {
      if (typeof frame === 'string') this.#receiveFrame(this.#parse(frame), frame.length);
      else this.#receiveBytes(frame);
    } catch (error) {
      this.close(toEngineError(error).message);
    }
  }

  #receiveFrame(frame: AnswerFrame, cost: number): void {
    // Answers to a stream that was left meanwhile are still on their way for a moment.
    if (frame.stream <= this.#lastStream) this.#streams.get(frame.stream)?.receive(frame, cost);
    else throw neverOpened(frame.stream);
  }

  #receiveBytes(frame: Uint8Array): void {
    const { stream, bytes } = parseBytesFrame(frame);
    if (stream > this.#lastStream) throw neverOpened(stream);
    this.#streams.get(stream)?.receiveBytes(bytes);
  }

  #lose(reason: string): void {
    if (this.#lost !== undefined) return;
    this.#lost = new EngineError('unavailable', `The connection to the engine is gone: ${reason}.`);
    for (const stream of this.#streams.values()) stream.fail(this.#lost);
  }
}

function neverOpened(stream: number): EngineError {
  return new EngineError('invalid-argument', `a frame for stream ${stream}, which was never opened`);
}
