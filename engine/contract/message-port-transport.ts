import type { Transport } from './transport.ts';

/** The part of a `MessagePort` that is needed here. */
export interface MessagePortLike {
  postMessage(message: unknown): void;
  start(): void;
  close(): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
}

/** Sent over the port before it is closed, because a port's own close event says no reason and comes late, if at all. */
export interface PortClosed {
  readonly closed: string;
}

export function isPortClosed(message: unknown): message is PortClosed {
  return typeof message === 'object' && message !== null && 'closed' in message && typeof message.closed === 'string';
}

/** Frames over a message port: strings are JSON frames, `Uint8Array`s bytes, a `PortClosed` the end. */
export function messagePortTransport(port: MessagePortLike): Transport {
  return {
    send: (frame) => port.postMessage(frame),
    onFrame: (listener) => {
      port.addEventListener('message', ({ data }) => {
        if (typeof data === 'string' || data instanceof Uint8Array) listener(data);
      });
      port.start();
    },
    onClose: (listener) => {
      port.addEventListener('message', ({ data }) => {
        if (isPortClosed(data)) listener(data.closed);
      });
    },
    close: (reason) => {
      port.postMessage({ closed: reason } satisfies PortClosed);
      port.close();
    },
  };
}
