import { access } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';

import fastifyStatic from '@fastify/static';
import { fastify } from 'fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { WebSocketServer } from 'ws';

import { openEngineSocket } from '#engine/client/engine-socket.ts';
import { rendererHeaders } from '#engine/client/renderer-headers.ts';
import { EngineError } from '#engine/contract/errors.ts';
import { MAX_CHUNK, MAX_REQUEST_FRAME } from '#engine/contract/bytes-frame.ts';

import { BrowserSessions } from '#engine/client/browser-session.ts';
import { relaySockets } from '#engine/client/relay-sockets.ts';

export interface BrowserServerOptions {
  /** The built renderer. */
  readonly rendererDir: string;
  /** The engine's. */
  readonly socketPath: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** How the engine is, for a page that can't reach it. */
  readonly engineState: () => object;
}

/** A server on loopback for one person's browser. */
export interface BrowserServer extends AsyncDisposable {
  /** With the token that opens the door once. */
  readonly url: string;
}

const LOOPBACK = '127.0.0.1';
const RPC_PATH = '/estrato/v1/rpc';
const MAX_PAYLOAD = Math.max(MAX_REQUEST_FRAME * 3, MAX_CHUNK + 4);

/**
 * Serves the renderer, and carries its frames to the engine without reading them.
 *
 * Only whoever has the token's session gets anything; requests for another host (DNS rebinding) and WebSockets of other
 * sites are refused.
 */
export async function startBrowserServer(options: BrowserServerOptions): Promise<BrowserServer> {
  await requireRenderer(options.rendererDir);
  const server = fastify({ logger: false, forceCloseConnections: true });
  const door = new Door();
  addHeaders(server, door);
  addRoutes(server, options);
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: MAX_PAYLOAD });
  server.server.on('upgrade', (request, socket, head) => {
    void upgrade({ door, sockets, socketPath: options.socketPath }, { request, socket, head });
  });
  const port = await listen(server, options.port);
  const sessions = door.open(port);
  return {
    url: `http://${LOOPBACK}:${port}/?token=${sessions.token ?? ''}`,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets.clients) socket.terminate();
      await server.close();
    },
  };
}

async function requireRenderer(dir: string): Promise<void> {
  const index = join(dir, 'index.html');
  await access(index).catch((cause: unknown) => {
    throw new EngineError('not-found', `The screens are not built: ${index} is missing; run npm run build:renderer.`, {
      cause,
    });
  });
}

async function listen(server: FastifyInstance, port: number): Promise<number> {
  try {
    await server.listen({ host: LOOPBACK, port });
  } catch (cause) {
    const inUse = cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE';
    const why = inUse ? 'another program listens there' : String(cause);
    throw new EngineError('conflict', `Port ${port} can't be used: ${why}; choose another with --port.`, { cause });
  }
  const address = server.server.address();
  if (address === null || typeof address === 'string') throw new EngineError('internal', 'The server has no port.');
  return address.port;
}

/** Who is let in. Closed to everybody until the port is known, because the answer depends on it. */
class Door {
  #sessions: BrowserSessions | undefined;
  #hosts: readonly string[] = [];

  open(port: number): BrowserSessions {
    this.#hosts = [`${LOOPBACK}:${port}`, `localhost:${port}`];
    this.#sessions = new BrowserSessions(port);
    return this.#sessions;
  }

  /** A page of elsewhere whose name was made to point here still sends its own name. */
  isAskedByName({ headers }: IncomingMessage): boolean {
    return headers.host !== undefined && this.#hosts.includes(headers.host);
  }

  isKnown({ headers }: IncomingMessage): boolean {
    return this.#sessions?.isKnown(headers.cookie) ?? false;
  }

  /** Browsers put the origin on every WebSocket; one that is missing is not a browser. */
  isSameOrigin({ headers }: IncomingMessage): boolean {
    return headers.origin !== undefined && headers.origin === `http://${headers.host ?? ''}`;
  }

  redeem(token: string): string | undefined {
    return this.#sessions?.redeem(token);
  }

  /** What the page's WebSocket connects to, for its content security policy. */
  get socketOrigins(): string[] {
    return this.#hosts.map((host) => `ws://${host}`);
  }
}

function addHeaders(server: FastifyInstance, door: Door): void {
  server.addHook('onRequest', async (request, reply) => {
    reply.headers(rendererHeaders(door.socketOrigins));
    if (!door.isAskedByName(request.raw)) return refuse(reply, 421, 'This server answers to 127.0.0.1 only.');
    if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(reply, 405, 'This server is only read.');
    const answer = tokenAnswer(request, door);
    if (answer !== undefined) {
      if (answer.cookie !== undefined) reply.header('set-cookie', answer.cookie);
      return reply.header('cache-control', 'no-store').redirect('/', 303);
    }
    if (!door.isKnown(request.raw)) {
      return refuse(
        reply,
        403,
        'Open the address that estrato serve has printed, with its token. Each token opens one browser, once: for another one, stop estrato serve and start it again.',
      );
    }
  });
}

/** Undefined when the request brings no token that changes anything. */
function tokenAnswer(request: FastifyRequest, door: Door): { readonly cookie?: string } | undefined {
  const { pathname, searchParams } = new URL(request.url, 'http://localhost');
  const token = searchParams.get('token');
  if (pathname !== '/' || token === null) return undefined;
  // Whoever is in already and opens the printed address again wants the app.
  if (door.isKnown(request.raw)) return {};
  const cookie = door.redeem(token);
  return cookie === undefined ? undefined : { cookie };
}

function refuse(reply: FastifyReply, status: number, sentence: string): FastifyReply {
  return reply.code(status).type('text/plain; charset=utf-8').header('cache-control', 'no-store').send(`${sentence}\n`);
}

function addRoutes(server: FastifyInstance, { rendererDir, engineState }: BrowserServerOptions): void {
  server.get('/estrato/v1/state', (_, reply) => reply.header('cache-control', 'no-store').send(engineState()));
  void server.register(fastifyStatic, {
    root: rendererDir,
    cacheControl: false,
    setHeaders: (reply, path) => {
      // Built files have their hash in their name; the page that names them must be fresh.
      const isHashed = path.startsWith(join(rendererDir, 'assets'));
      reply.header('cache-control', isHashed ? 'private, max-age=31536000, immutable' : 'no-store');
    },
  });
}

interface Upgrade {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
}

async function upgrade(
  { door, sockets, socketPath }: { door: Door; sockets: WebSocketServer; socketPath: string },
  { request, socket, head }: Upgrade,
): Promise<void> {
  socket.on('error', () => socket.destroy());
  if (!door.isAskedByName(request)) return hangUp(socket, '421 Misdirected Request');
  if (request.url !== RPC_PATH) return hangUp(socket, '404 Not Found');
  if (!door.isSameOrigin(request) || !door.isKnown(request)) return hangUp(socket, '403 Forbidden');
  try {
    // Only then: a page that is connected has an engine behind it.
    const engine = await openEngineSocket(socketPath);
    engine.pause();
    sockets.handleUpgrade(request, socket, head, (browser) => {
      relaySockets(browser, engine);
      engine.resume();
    });
    socket.once('close', () => engine.close());
  } catch {
    hangUp(socket, '503 Service Unavailable');
  }
}

function hangUp(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
}
