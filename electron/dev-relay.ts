import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

import type { Plugin } from 'vite';
import { WebSocketServer } from 'ws';

import { BrowserSessions } from '#engine/client/browser-session.ts';
import { openEngineSocket } from '#engine/client/engine-socket.ts';
import { relaySockets } from '#engine/client/relay-sockets.ts';

const RPC_PATH = '/estrato/v1/rpc';

/**
 * Puts the engine behind vite's own server, as `estrato serve` puts it behind the built screens: whoever comes with the
 * token gets a cookie, and only that cookie, from the same origin, reaches the engine.
 */
export function devRelay(socketPath: string, port: number): Plugin & { readonly token: string } {
  const sessions = new BrowserSessions(port);
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  return {
    name: 'estrato-dev-relay',
    token: sessions.token ?? '',
    configureServer(server) {
      server.middlewares.use((request: IncomingMessage, response: ServerResponse, next: () => void) => {
        const token = URL.parse(request.url ?? '', 'http://localhost')?.searchParams.get('token') ?? undefined;
        if (token === undefined) return next();
        const cookie = sessions.redeem(token);
        response.writeHead(303, { location: '/', ...(cookie === undefined ? {} : { 'set-cookie': cookie }) }).end();
      });
      server.httpServer?.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
        if (request.url !== RPC_PATH) return;
        void upgrade({ sockets, socketPath, isAllowed: isAllowed(request, sessions) }, { request, socket, head });
      });
    },
  };
}

function isAllowed({ headers }: IncomingMessage, sessions: BrowserSessions): boolean {
  return headers.origin === `http://${headers.host ?? ''}` && sessions.isKnown(headers.cookie);
}

async function upgrade(
  { sockets, socketPath, isAllowed: allowed }: { sockets: WebSocketServer; socketPath: string; isAllowed: boolean },
  { request, socket, head }: { request: IncomingMessage; socket: Duplex; head: Buffer },
): Promise<void> {
  const engine = allowed ? await openEngineSocket(socketPath).catch(() => undefined) : undefined;
  if (engine === undefined) {
    socket.end(`HTTP/1.1 ${allowed ? '503 Service Unavailable' : '403 Forbidden'}\r\nconnection: close\r\n\r\n`);
    return;
  }
  sockets.handleUpgrade(request, socket, head, (browser) => relaySockets(browser, engine));
}
