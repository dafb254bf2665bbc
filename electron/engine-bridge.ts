import type { WebSocket } from 'ws';

import type { PortClosed } from '#engine/contract/message-port-transport.ts';
import { isPortClosed } from '#engine/contract/message-port-transport.ts';
import { toEngineError } from '#engine/contract/errors.ts';

import type { PortOpened } from './port-opened.ts';

/** The part of Electron's `MessagePortMain` that is needed here. */
export interface MainPort {
  postMessage(message: unknown): void;
  start(): void;
  close(): void;
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
}

/**
 * Carries frames between a window's port and the engine, undecoded and in order, until either closes.
 *
 * Nothing piles up here: what is on its way on a stream is bounded by its credit, from the window to the engine.
 *
 * @param dial opens a WebSocket to the engine.
 */
export async function bridgePort(port: MainPort, dial: () => Promise<WebSocket>): Promise<void> {
  let hasLeft = false;
  port.on('close', () => {
    hasLeft = true;
  });
  try {
    const engine = await dial();
    if (hasLeft) engine.close();
    else relay(port, engine);
  } catch (error) {
    closePort(port, toEngineError(error).message);
  }
}

function relay(port: MainPort, engine: WebSocket): void {
  engine.on('message', (data: Buffer, isBinary) => {
    // A small buffer may be a view of a big shared one, and a message takes along all that is behind a view.
    port.postMessage(isBinary ? Uint8Array.from(data) : data.toString('utf8'));
  });
  engine.on('close', (_, reason) => closePort(port, String(reason) || 'the engine is gone'));
  // What breaks is told by the close.
  engine.on('error', () => undefined);
  port.on('message', ({ data }) => {
    if (isPortClosed(data)) engine.close(1000, data.closed);
    else if (typeof data === 'string' || data instanceof Uint8Array) engine.send(data);
  });
  // A page that was reloaded or closed says nothing any more.
  port.on('close', () => engine.close());
  port.postMessage({ opened: true } satisfies PortOpened);
  port.start();
}

function closePort(port: MainPort, reason: string): void {
  port.postMessage({ closed: reason } satisfies PortClosed);
  port.close();
}
