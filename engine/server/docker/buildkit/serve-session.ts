import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

import { withoutVersion } from '#engine/server/docker/api-version.ts';

import { ClientSession, type ClientSessions } from './client-session.ts';

/** Whether a request lends its connection to builds: HTTP/2 begins on it, and the engine asks. */
export function isSession({ url = '', method, headers }: IncomingMessage): boolean {
  return (
    method === 'POST' && headers.upgrade?.toLowerCase() === 'h2c' && withoutVersion(url).split('?')[0] === '/session'
  );
}

/** `POST /session` of the Docker Engine API. */
export function serveSession(sessions: ClientSessions, request: IncomingMessage, socket: Duplex): void {
  if (request.headers['x-docker-expose-session-uuid'] === undefined) {
    socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
    return;
  }
  socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n');
  const session = new ClientSession(request, socket);
  try {
    sessions.add(session);
  } catch {
    // Two clients under one name: neither can be told from the other, and the first was here first.
    session[Symbol.dispose]();
  }
}
