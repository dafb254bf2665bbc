import { EngineError } from './errors.ts';
import { CREDIT_WINDOW, MAX_CHUNK } from './bytes-frame.ts';

/** The sender's half of a stream's credit: what may still be sent before the reader has caught up. */
export class SendCredit {
  #left = CREDIT_WINDOW;
  #waiting: (() => void)[] = [];
  #closed: EngineError | undefined;

  grant(amount: number): void {
    this.#left += amount;
    if (this.#left > 0) this.#wake();
  }

  /** Whoever waits, or comes later, gets the error. */
  close(error: EngineError): void {
    this.#closed ??= error;
    this.#wake();
  }

  /** Waits until anything may be sent. What is sent is spent afterwards, and may exceed what was left by one frame. */
  async wait(): Promise<void> {
    while (this.#closed === undefined && this.#left <= 0) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    if (this.#closed !== undefined) throw this.#closed;
  }

  spend(amount: number): void {
    this.#left -= amount;
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}

/** The reader's half: gathers what was read until it is worth a frame. */
export class ReadCredit {
  readonly #grant: (amount: number) => void;
  #outstanding = CREDIT_WINDOW;
  #read = 0;

  constructor(grant: (amount: number) => void) {
    this.#grant = grant;
  }

  /** @throws EngineError `invalid-argument` when the sender sends without credit. */
  received(amount: number): void {
    if (this.#outstanding <= 0) {
      throw new EngineError('invalid-argument', 'A frame was sent without credit for it.');
    }
    this.#outstanding -= amount;
  }

  read(amount: number): void {
    this.#read += amount;
    if (this.#read < CREDIT_WINDOW / 4) return;
    this.#grant(this.#read);
    this.#outstanding += this.#read;
    this.#read = 0;
  }
}

/** Sends bytes as chunks under credit, in the order of the calls. */
export class ChunkSender {
  readonly #credit: SendCredit;
  readonly #send: (chunk: Uint8Array) => void;
  #last: Promise<void> = Promise.resolve();

  constructor(credit: SendCredit, send: (chunk: Uint8Array) => void) {
    this.#credit = credit;
    this.#send = send;
  }

  write(bytes: Uint8Array): Promise<void> {
    const turn = this.#last.then(() => this.#writeNow(bytes));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  /** Resolves when everything written before has been sent or has failed. */
  flushed(): Promise<void> {
    return this.#last;
  }

  async #writeNow(bytes: Uint8Array): Promise<void> {
    for (let start = 0; start < bytes.length; start += MAX_CHUNK) {
      await this.#credit.wait();
      const chunk = bytes.subarray(start, start + MAX_CHUNK);
      this.#credit.spend(chunk.length);
      this.#send(chunk);
    }
  }
}
