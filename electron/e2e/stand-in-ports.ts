import { EventEmitter } from 'node:events';

import type { Wire } from './stand-in-worlds.ts';

export function toWire(message: unknown): Wire {
  const copy: unknown = structuredClone(message);
  return copy instanceof Uint8Array ? { bytes: Buffer.from(copy).toString('base64') } : { json: copy };
}

export function fromWire(wire: Wire): unknown {
  // Of the page's realm's plain kind, as Electron hands it over.
  return 'bytes' in wire ? Uint8Array.from(Buffer.from(wire.bytes, 'base64')) : wire.json;
}

/** The main process's end of a port whose other end is in a page. */
export class MessagePortMain extends EventEmitter {
  readonly #send: (message: Wire | undefined) => void;
  #waiting: Wire[] | undefined = [];
  #isClosed = false;

  /** @param send takes a message to the page; undefined is the end. */
  constructor(send: (message: Wire | undefined) => void) {
    super();
    this.#send = send;
  }

  postMessage(message: unknown, transfer: readonly unknown[] = []): void {
    if (!transfer.every((each) => each instanceof MessagePortMain))
      throw new TypeError('Port at index 0 is not a valid port');
    if (transfer.length > 0) throw new Error('The stand-in hands no ports to pages.');
    const wire = toWire(message);
    if (!this.#isClosed) this.#send(wire);
  }

  start(): void {
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    for (const message of waiting) this.receive(message);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#send(undefined);
    this.lost();
  }

  /** A message from the page; kept until the port has been started. */
  receive(message: Wire): void {
    if (this.#waiting === undefined) this.emit('message', { data: fromWire(message), ports: [] });
    else this.#waiting.push(message);
  }

  /** The other end is gone. */
  lost(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.emit('close');
  }
}
