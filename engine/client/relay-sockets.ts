import type { RawData, WebSocket } from 'ws';

/** Bytes that may wait to be sent on one side before the other is no longer read. */
const HIGH_MARK = 1024 * 1024;
/** RFC 6455, section 7.4.1: the codes that an endpoint may not put into a close frame, and the one said instead. */
const UNSENDABLE = new Set([1004, 1005, 1006, 1015]);
const INTERNAL_ERROR = 1011;

/**
 * Carries frames between two open WebSockets, undecoded and in order, until either closes; the other then closes with
 * the same reason. A side that doesn't take what it is sent stops the reading of the other.
 */
export function relaySockets(browser: WebSocket, engine: WebSocket): void {
  carry(browser, engine, 'the window has left');
  carry(engine, browser, 'the engine is gone');
}

function carry(from: WebSocket, to: WebSocket, gone: string): void {
  from.on('message', (data: RawData, isBinary: boolean) => {
    if (to.readyState !== to.OPEN) return;
    to.send(Array.isArray(data) ? Buffer.concat(data) : data, { binary: isBinary, compress: false }, () => {
      if (from.isPaused && to.bufferedAmount < HIGH_MARK / 2) from.resume();
    });
    if (to.bufferedAmount > HIGH_MARK) from.pause();
  });
  from.on('close', (code, reason) => {
    if (UNSENDABLE.has(code)) to.close(INTERNAL_ERROR, gone);
    else to.close(code, reason);
  });
  // A broken frame or connection is followed by its close.
  from.on('error', () => undefined);
}
