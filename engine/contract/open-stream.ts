import { Queue } from '#engine/async/queue.ts';

import { ChunkSender, ReadCredit, SendCredit } from './credit.ts';
import { EngineError } from './errors.ts';
import type { AnswerFrame, RequestFrame } from './frames.ts';

/** Where a stream's frames go. */
export interface StreamOutlet {
  readonly frame: (frame: RequestFrame) => void;
  readonly bytes: (bytes: Uint8Array) => void;
  /** The stream is over: nothing that comes for it matters any more. */
  readonly closed: () => void;
}

interface Charged {
  readonly item: unknown;
  /** Credit that reading it gives back. */
  readonly cost: number;
}

/** One question on a connection, seen from who asked: whichever its kind, until its answer or its failure. */
export class OpenStream {
  readonly answer: Promise<unknown>;
  readonly messages = new Queue<unknown>();
  readonly #number: number;
  readonly #outlet: StreamOutlet;
  readonly #items = new Queue<Charged>();
  readonly #bytes = new Queue<Uint8Array>();
  readonly #readCredit: ReadCredit;
  readonly #sendCredit = new SendCredit();
  readonly #sender: ChunkSender;
  readonly #settle: { readonly resolve: (value: unknown) => void; readonly reject: (error: EngineError) => void };
  #isOpen = true;
  #isEnded = false;

  constructor(number: number, outlet: StreamOutlet) {
    this.#number = number;
    this.#outlet = outlet;
    this.#readCredit = new ReadCredit((amount) => this.#send({ type: 'credit', stream: number, amount }));
    this.#sender = new ChunkSender(this.#sendCredit, (chunk) => {
      if (this.#isOpen) outlet.bytes(chunk);
    });
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.answer = promise;
    this.#settle = { resolve, reject };
    // Whoever reads items or bytes learns of a failure there and may never look at the answer.
    promise.catch(() => undefined);
  }

  receive(frame: AnswerFrame, cost: number): void {
    switch (frame.type) {
      case 'result':
        this.#close();
        this.#settle.resolve(frame.value);
        return;
      case 'error':
        this.fail(new EngineError(frame.code, frame.message));
        return;
      case 'items':
        this.#receiveItems(frame.items, cost);
        return;
      case 'send':
        this.messages.push(frame.message);
        return;
      case 'credit':
        this.#sendCredit.grant(frame.amount);
    }
  }

  receiveBytes(bytes: Uint8Array): void {
    this.#readCredit.received(bytes.length);
    this.#bytes.push(bytes);
  }

  async *items(): AsyncGenerator<unknown> {
    for await (const { item, cost } of this.#items) {
      yield item;
      this.#readCredit.read(cost);
    }
  }

  async *bytes(): AsyncGenerator<Uint8Array> {
    for await (const chunk of this.#bytes) {
      yield chunk;
      this.#readCredit.read(chunk.length);
    }
  }

  write(bytes: Uint8Array): Promise<void> {
    if (this.#isEnded) return Promise.reject(new EngineError('invalid-argument', 'Written after the end.'));
    return this.#sender.write(bytes);
  }

  send(message: unknown): void {
    this.#send({ type: 'send', stream: this.#number, message });
  }

  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    void this.#sender.flushed().then(() => this.#send({ type: 'end', stream: this.#number }));
  }

  /** Leaves: tells the engine, and forgets what it still sends. Without effect once it is over. */
  cancel(): void {
    this.#send({ type: 'cancel', stream: this.#number });
    this.fail(new EngineError('cancelled', 'Cancelled.'));
  }

  fail(error: EngineError): void {
    this.#close(error);
    this.#settle.reject(error);
  }

  #send(frame: RequestFrame): void {
    if (this.#isOpen) this.#outlet.frame(frame);
  }

  #receiveItems(items: readonly unknown[], cost: number): void {
    this.#readCredit.received(cost);
    if (items.length === 0) this.#readCredit.read(cost);
    // The frame's cost comes back when its last item has been read.
    items.forEach((item, index) => this.#items.push({ item, cost: index === items.length - 1 ? cost : 0 }));
  }

  #close(error?: EngineError): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    for (const queue of [this.#items, this.#bytes, this.messages]) {
      if (error === undefined) queue.end();
      else queue.fail(error);
    }
    this.#sendCredit.close(error ?? new EngineError('cancelled', 'The engine has answered and reads no more.'));
    this.#outlet.closed();
  }
}
