import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

import { withoutVersion } from '#engine/server/docker/api-version.ts';
import type { DockerContext } from '#engine/server/docker/context.ts';

import { ClientSession, type ClientSessions } from './client-session.ts';
import { controlMethods } from './control.ts';
import { serveGrpc } from './grpc-server.ts';

/** Whether a request lends its connection to builds: HTTP/2 begins on it, and the engine asks. */
export function isSession(request: IncomingMessage): boolean {
  return isHttp2(request, '/session');
}

/** Whether HTTP/2 begins on a request's connection on which the client asks, of BuildKit's control service. */
export function isControl(request: IncomingMessage): boolean {
  return isHttp2(request, '/grpc');
}

function isHttp2({ url = '', method, headers }: IncomingMessage, path: string): boolean {
  return method === 'POST' && headers.upgrade?.toLowerCase() === 'h2c' && withoutVersion(url).split('?')[0] === path;
}

const UPGRADED = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n';

/** `POST /grpc` of the Docker Engine API. @param head what the client has said already. */
export function serveControl(context: DockerContext, socket: Duplex, head: Buffer): void {
  if (head.length > 0) socket.unshift(head);
  socket.write(UPGRADED);
  serveGrpc(socket, controlMethods(context), context.closing);
}

/** `POST /session` of the Docker Engine API. */
export function serveSession(sessions: ClientSessions, request: IncomingMessage, socket: Duplex): void {
  if (request.headers['x-docker-expose-session-uuid'] === undefined) {
    socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
    return;
  }
  socket.write(UPGRADED);
  const session = new ClientSession(request, socket);
  try {
    sessions.add(session);
  } catch {
    // Two clients under one name: neither can be told from the other, and the first was here first.
    session[Symbol.dispose]();
  }
}
