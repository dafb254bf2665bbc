import type { Transport } from './transport.ts';

/** The part of a WebSocket that Node's `ws` and browsers have in common. */
export interface WebSocketLike {
  binaryType: string;
  readonly readyState: number;
  send(data: string | Uint8Array<ArrayBuffer>): void;
  close(code?: number, reason?: string): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(type: 'close', listener: (event: { readonly code: number; readonly reason: string }) => void): void;
}

const OPEN = 1;
/** RFC 6455, section 7.4.1, and 5.5: a close frame has 125 bytes, two of them for the code. */
const NORMAL_CLOSURE = 1000;
const MAX_REASON_BYTES = 123;

/** Frames over an open WebSocket: text messages are JSON frames, binary ones bytes. */
export function webSocketTransport(socket: WebSocketLike): Transport {
  socket.binaryType = 'arraybuffer';
  return {
    send: (frame) => {
      if (socket.readyState === OPEN) socket.send(typeof frame === 'string' ? frame : ownBytes(frame));
    },
    onFrame: (listener) => {
      socket.addEventListener('message', ({ data }) => {
        if (typeof data === 'string') listener(data);
        else if (data instanceof ArrayBuffer) listener(new Uint8Array(data));
      });
    },
    onClose: (listener) => {
      socket.addEventListener('close', ({ code, reason }) => listener(closedWith(code, reason)));
    },
    close: (reason) => socket.close(NORMAL_CLOSURE, shortened(reason)),
  };
}

/** DOM types take no view of shared memory; frames never are one. */
function ownBytes(frame: Uint8Array): Uint8Array<ArrayBuffer> {
  return frame.buffer instanceof ArrayBuffer
    ? new Uint8Array(frame.buffer, frame.byteOffset, frame.length)
    : new Uint8Array(frame);
}

/** A close frame's reason, in words. */
function closedWith(code: number, reason: string): string {
  return reason || `the socket closed with code ${code}`;
}

/** As much of a reason as a close frame takes. */
function shortened(reason: string): string {
  let text = reason;
  while (new TextEncoder().encode(text).length > MAX_REASON_BYTES) text = text.slice(0, -1);
  return text;
}
