import { Queue } from '#engine/async/queue.ts';
import { ChunkSender, ReadCredit, SendCredit } from '#engine/contract/credit.ts';
import { EngineError } from '#engine/contract/errors.ts';
import type { AnswerFrame, RequestFrame } from '#engine/contract/frames.ts';
import { encodeBytesFrame, MAX_ANSWER_FRAME } from '#engine/contract/bytes-frame.ts';

/** Messages of one stream that may wait for their handler. */
const MAX_WAITING_MESSAGES = 1000;

/** One question on a connection, seen from the engine: what its handler reads, and the way back. */
export class ServedStream {
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly messages = new Queue<unknown>();
  readonly #number: number;
  readonly #transmit: (frame: string | Uint8Array) => void;
  readonly #leaving = new AbortController();
  readonly #received = new Queue<Uint8Array>();
  readonly #readCredit: ReadCredit;
  readonly #sendCredit = new SendCredit();
  readonly #sender: ChunkSender;

  constructor(number: number, transmit: (frame: string | Uint8Array) => void) {
    this.#number = number;
    this.#transmit = (frame) => {
      if (!this.#leaving.signal.aborted) transmit(frame);
    };
    this.#readCredit = new ReadCredit((amount) => this.#send({ type: 'credit', stream: number, amount }));
    this.#sender = new ChunkSender(this.#sendCredit, (bytes) => {
      this.#transmit(encodeBytesFrame({ stream: number, bytes }));
    });
    this.bytes = this.#read();
  }

  /** Fires when the client has left. */
  get signal(): AbortSignal {
    return this.#leaving.signal;
  }

  /** @throws EngineError `invalid-argument` for a client that breaks the protocol. */
  receive(frame: Exclude<RequestFrame, { type: 'open' }>): void {
    switch (frame.type) {
      case 'send':
        if (this.messages.size >= MAX_WAITING_MESSAGES) {
          throw new EngineError('invalid-argument', `More than ${MAX_WAITING_MESSAGES} messages of one stream wait.`);
        }
        this.messages.push(frame.message);
        return;
      case 'end':
        this.#received.end();
        return;
      case 'cancel':
        this.leave();
        return;
      case 'credit':
        this.#sendCredit.grant(frame.amount);
    }
  }

  receiveBytes(bytes: Uint8Array): void {
    this.#readCredit.received(bytes.length);
    this.#received.push(bytes);
  }

  write(bytes: Uint8Array): Promise<void> {
    return this.#sender.write(bytes);
  }

  sendMessage(message: unknown): void {
    this.#send({ type: 'send', stream: this.#number, message });
  }

  /** @param items each as JSON. */
  async sendItems(items: readonly string[]): Promise<void> {
    const frame = `{"type":"items","stream":${this.#number},"items":[${items.join(',')}]}`;
    this.#refuseTooLarge(frame);
    await this.#sendCredit.wait();
    this.#sendCredit.spend(frame.length);
    this.#transmit(frame);
  }

  /** The last frame of the stream. */
  async answer(value: unknown): Promise<void> {
    await this.#sender.flushed();
    const frame = JSON.stringify({ type: 'result', stream: this.#number, value } satisfies AnswerFrame);
    this.#refuseTooLarge(frame);
    this.#transmit(frame);
  }

  /** The last frame of the stream. */
  fail({ code, message }: EngineError): void {
    this.#send({ type: 'error', stream: this.#number, code, message });
  }

  /** The client is gone, or everything is said: whatever the handler still waits for ends. */
  leave(): void {
    const gone = new EngineError('cancelled', 'The client has left.');
    this.#leaving.abort(gone);
    this.#sendCredit.close(gone);
    this.#received.fail(gone);
    this.messages.fail(gone);
  }

  #send(frame: AnswerFrame): void {
    this.#transmit(JSON.stringify(frame));
  }

  #refuseTooLarge(frame: string): void {
    if (frame.length <= MAX_ANSWER_FRAME) return;
    throw new EngineError(
      'too-large',
      `The answer has ${frame.length} characters, above the limit of ${MAX_ANSWER_FRAME}.`,
    );
  }

  async *#read(): AsyncGenerator<Uint8Array> {
    for await (const bytes of this.#received) {
      yield bytes;
      this.#readCredit.read(bytes.length);
    }
  }
}
