import { connect } from 'node:net';

import { WebSocket } from 'ws';

import type { EngineClient } from '#engine/contract/client.ts';
import { Connection } from '#engine/contract/connection.ts';
import { MAX_ANSWER_FRAME } from '#engine/contract/frames.ts';
import { typedClient } from '#engine/contract/typed-client.ts';
import { webSocketTransport } from '#engine/contract/web-socket-transport.ts';

import { unreachable } from './unreachable.ts';

/** A JSON frame is counted in characters, of up to three bytes each. */
const MAX_PAYLOAD = MAX_ANSWER_FRAME * 3;
const RPC_PATH = '/estrato/v1/rpc';
const DIAL_TIMEOUT_MS = 5000;

/** An engine at a socket, for as long as the connection lasts. */
export interface ConnectedEngine extends Disposable {
  readonly client: EngineClient;
  /** Resolves, with the reason, when the connection is lost or closed. */
  readonly closed: Promise<string>;
}

/** @throws EngineError `unavailable` when nobody answers, `forbidden` when this user may not ask. */
export async function connectEngine(socketPath: string): Promise<ConnectedEngine> {
  const connection = new Connection(webSocketTransport(await openEngineSocket(socketPath)));
  return { client: typedClient(connection), closed: connection.closed, [Symbol.dispose]: () => connection.close() };
}

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
