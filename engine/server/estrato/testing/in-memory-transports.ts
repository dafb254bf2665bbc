import type { Transport } from '#engine/contract/transport.ts';

export interface MemoryTransport extends Transport {
  /** Both ends see the connection lost. */
  drop(reason: string): void;
}

/** The two ends of a connection in memory; frames arrive later and in order, as over a socket. */
export function inMemoryTransports(): [MemoryTransport, MemoryTransport] {
  const left = new End();
  const right = new End();
  left.peer = right;
  right.peer = left;
  return [left, right];
}

class End implements MemoryTransport {
  peer: End | undefined;
  readonly #closeListeners: ((reason: string) => void)[] = [];
  #frameListener: (frame: string | Uint8Array) => void = () => undefined;
  #isClosed = false;

  send(frame: string | Uint8Array): void {
    if (this.#isClosed) return;
    setImmediate(() => this.peer?.receive(frame));
  }

  onFrame(listener: (frame: string | Uint8Array) => void): void {
    this.#frameListener = listener;
  }

  onClose(listener: (reason: string) => void): void {
    this.#closeListeners.push(listener);
  }

  close(reason: string): void {
    setImmediate(() => this.drop(reason));
  }

  drop(reason: string): void {
    this.shut(reason);
    this.peer?.shut(reason);
  }

  receive(frame: string | Uint8Array): void {
    if (!this.#isClosed) this.#frameListener(frame);
  }

  shut(reason: string): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const listener of this.#closeListeners) listener(reason);
  }
}
