import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

import { WebSocketServer } from 'ws';

import { MAX_CHUNK, MAX_REQUEST_FRAME } from '#engine/contract/bytes-frame.ts';
import { webSocketTransport } from '#engine/contract/web-socket-transport.ts';
import type { Engine } from '#engine/server/engine.ts';

import type { Handlers } from './handler.ts';
import { engineHandlers } from './handlers.ts';
import { serveConnection } from './serve-connection.ts';

/** Bytes of one WebSocket message, at most: a JSON frame is counted in characters, of up to three bytes each. */
const MAX_PAYLOAD = Math.max(MAX_REQUEST_FRAME * 3, MAX_CHUNK + 4);
/** RFC 6455, section 7.4.1: the endpoint goes away. */
const GOING_AWAY = 1001;

interface RpcServer {
  readonly sockets: WebSocketServer;
  readonly handlers: Handlers;
}

/** One per engine, made with its first connection. */
const servers = new WeakMap<Engine, RpcServer>();

/**
 * Makes an upgrade request a connection of the method table.
 *
 * Only over a unix socket, whose file permissions say who may: whoever reaches this can do anything the engine can.
 */
export function serveRpc(engine: Engine, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  if (!isUnixSocket(socket)) {
    socket.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
    return;
  }
  const { sockets, handlers } = rpcServerOf(engine);
  sockets.handleUpgrade(request, socket, head, (webSocket) => {
    // A broken frame closes the socket by itself; the close event is all that is of interest.
    webSocket.on('error', nothing);
    serveConnection(webSocketTransport(webSocket), handlers, engine.log);
  });
}

/** Tells everyone who is connected that the engine goes, and hangs up. */
export function hangUpRpc(engine: Engine, reason: string): void {
  for (const webSocket of servers.get(engine)?.sockets.clients ?? []) {
    webSocket.close(GOING_AWAY, reason);
    // Who doesn't answer the close is cut off.
    setTimeout(() => webSocket.terminate(), 1000).unref();
  }
}

function rpcServerOf(engine: Engine): RpcServer {
  const known = servers.get(engine);
  if (known !== undefined) return known;
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: MAX_PAYLOAD });
  const made = { sockets, handlers: engineHandlers(engine) };
  servers.set(engine, made);
  return made;
}

/** A socket of the network has an address at the other end; one of the file system has none. */
function isUnixSocket(socket: Duplex): boolean {
  return 'remoteAddress' in socket && socket.remoteAddress === undefined;
}

function nothing(): void {
  // Nobody listens.
}
