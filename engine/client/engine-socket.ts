import { connect } from 'node:net';

import { WebSocket } from 'ws';

import { DIAL_TIMEOUT_MS, MAX_PAYLOAD, RPC_PATH } from './rpc-place.ts';
import { unreachable } from './unreachable.ts';

/**
 * An open WebSocket to the engine, for whoever carries frames without reading them.
 *
 * @throws EngineError as `connectEngine` does.
 */
export async function openEngineSocket(socketPath: string): Promise<WebSocket> {
  // The host is only a name here; `ws+unix:` addresses can't say every path, one with a space for example.
  const socket = new WebSocket(`ws://engine${RPC_PATH}`, {
    createConnection: () => connect(socketPath),
    perMessageDeflate: false,
    maxPayload: MAX_PAYLOAD,
    handshakeTimeout: DIAL_TIMEOUT_MS,
  });
  const { promise, resolve, reject } = Promise.withResolvers<WebSocket>();
  socket.once('open', () => resolve(socket));
  // Stays: after the opening, what breaks is told by the close event.
  socket.on('error', (error) => reject(unreachable(error, socketPath)));
  return promise;
}
