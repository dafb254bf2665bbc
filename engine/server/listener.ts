import { chmod, chown } from 'node:fs/promises';
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerOptions } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

import { EngineError } from '#engine/contract/errors.ts';

import { listenAddressText, type ListenAddress } from './listen-address.ts';
import { webPageRefusal, type IsOwnName } from './refuse-web-pages.ts';

/** PEM texts: who this is, and who must have signed the certificate of whoever asks. */
export interface TlsIdentity {
  readonly certificate: string;
  readonly key: string;
  readonly authority: string;
  readonly isOwnName: IsOwnName;
}

/** Where clients come in, and who may. */
export interface Door {
  readonly address: ListenAddress;
  /** Of whoever may use a unix socket beside its owner. */
  readonly groupId?: number | undefined;
  /** Without it anybody who reaches a port may ask. */
  readonly tls?: TlsIdentity | undefined;
}

/** What is done with those who come in. */
export interface Served {
  readonly answer: RequestListener;
  isUpgrade(request: IncomingMessage): boolean;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

/** Listens until disposed. */
export interface Listener extends AsyncDisposable {
  /** With the port that it has. */
  readonly address: ListenAddress;
}

/** How long streams have to say their last word when a listener closes. */
const FAREWELL_MS = 1000;
/** Connections that may wait to be taken on; the kernel has a limit of its own beside it (listen(2)). */
const BACKLOG = 4096;
/** How long somebody who was refused may go on talking. */
const LINGER_MS = 500;
/** How long a connection may say nothing between two requests: a client that uses it just then would lose its request. */
const IDLE_MS = 60_000;
/** Bytes: logins of many registries travel in one header. */
const LARGEST_HEADERS = 128 * 1024;

/**
 * Serves HTTP at a door; a unix socket is its owner's and its group's.
 *
 * @throws EngineError `conflict` when something is in the socket's or the port's place, `invalid-argument` for an
 * address that isn't this machine's, `forbidden` for one that this user may not have.
 */
export async function openListener(door: Door, served: Served): Promise<Listener> {
  const server = makeServer(door, served);
  const connections = connectionsOf(server);
  const isOwnName = door.address.kind === 'unix' ? undefined : (door.tls?.isOwnName ?? (() => false));
  server.on('request', (request, response) => {
    const refusal = webPageRefusal(request, isOwnName);
    if (refusal === undefined) served.answer(request, response);
    else response.writeHead(403, { 'content-type': 'application/json', connection: 'close' }).end(messageBody(refusal));
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const refusal = webPageRefusal(request, isOwnName);
    if (refusal === undefined) served.upgrade(request, socket, head);
    else sayAndClose(socket, '403 Forbidden', 'application/json', messageBody(refusal));
  });
  server.on('clientError', refuseUnreadable);
  await listen(server, door);
  return {
    address: addressOf(server, door.address),
    [Symbol.asyncDispose]: () => close(server, connections),
  };
}

function makeServer({ tls }: Door, served: Served): Server {
  const options: ServerOptions = {
    // Containers are waited for, and images sent, for as long as it takes.
    requestTimeout: 0,
    keepAliveTimeout: IDLE_MS,
    maxHeaderSize: LARGEST_HEADERS,
    // Docker's clients upgrade to raw bytes after an ordinary request, whose body is to be read as such.
    shouldUpgradeCallback: (request) => served.isUpgrade(request),
  };
  if (tls === undefined) return createServer(options);
  return createTlsServer({
    ...options,
    cert: tls.certificate,
    key: tls.key,
    ca: tls.authority,
    requestCert: true,
    rejectUnauthorized: true,
    minVersion: 'TLSv1.2',
    ALPNProtocols: ['http/1.1'],
    // A client that has said all still wants to hear the rest.
    allowHalfOpen: true,
  });
}

/** All that are open, what has been taken over from HTTP included. */
function connectionsOf(server: Server): ReadonlySet<Socket> {
  const connections = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
  });
  return connections;
}

async function listen(server: Server, { address, groupId }: Door): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject).once('listening', resolve);
  if (address.kind === 'unix') server.listen({ path: address.path, backlog: BACKLOG });
  else server.listen({ host: address.host, port: address.port, backlog: BACKLOG });
  try {
    await promise;
    if (address.kind === 'tcp') return;
    if (groupId !== undefined) await chown(address.path, -1, groupId);
    await chmod(address.path, 0o660);
  } catch (error) {
    server.close();
    throw explained(error, address);
  }
}

function explained(error: unknown, address: ListenAddress): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const place = listenAddressText(address);
  if (code === 'EADDRINUSE') {
    const sentence = `${place} is in use by another program; stop it or choose another with --host.`;
    return new EngineError('conflict', sentence, { cause: error });
  }
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    const sentence = `${place} is no address of this machine; choose one that is with --host.`;
    return new EngineError('invalid-argument', sentence, { cause: error });
  }
  if (code === 'EACCES' || code === 'EPERM') {
    const sentence = `This user may not listen on ${place}, or not give it to that group; choose another with --host or --group.`;
    return new EngineError('forbidden', sentence, { cause: error });
  }
  return error;
}

function addressOf(server: Server, address: ListenAddress): ListenAddress {
  const bound = server.address();
  if (address.kind === 'unix' || bound === null || typeof bound === 'string') return address;
  return { ...address, port: bound.port };
}

/** Streams end by themselves when they hear of it; what doesn't is cut off. */
async function close(server: Server, connections: ReadonlySet<Socket>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  server.closeIdleConnections();
  const timer = setTimeout(() => {
    for (const socket of connections) socket.destroy();
  }, FAREWELL_MS);
  await promise;
  clearTimeout(timer);
}

/** What is no HTTP is answered as Go's server does, in plain text. */
function refuseUnreadable(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const isLarge = error.code === 'HPE_HEADER_OVERFLOW';
  const status = isLarge ? '431 Request Header Fields Too Large' : '400 Bad Request';
  sayAndClose(socket, status, 'text/plain; charset=utf-8', status);
}

/**
 * Node has given the socket away: what is said to it is said in HTTP's own words. What still comes in is thrown away
 * for a moment, as Go's server does: a connection closed on top of it is reset, and its last words with it.
 */
export function sayAndClose(socket: Duplex, status: string, type: string, body: string): void {
  socket.removeAllListeners('data');
  socket.on('error', () => undefined).on('data', () => undefined);
  const timer = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once('close', () => clearTimeout(timer));
  socket.end(
    `HTTP/1.1 ${status}\r\nContent-Type: ${type}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}

function messageBody(message: string): string {
  return JSON.stringify({ message });
}
