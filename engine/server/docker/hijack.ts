import type { Socket } from 'node:net';

import type { FastifyReply, FastifyRequest } from 'fastify';

/** A connection taken over from HTTP: raw bytes both ways, each way ended by itself. */
export interface HijackedConnection extends AsyncDisposable {
  /** What the client sends, until it has ended its side. */
  readonly input: AsyncIterable<Uint8Array>;
  /** Resolves when the client has been given all of it: the bytes may be overwritten then. At once with undefined. */
  write(parts: readonly Uint8Array[]): Promise<void> | undefined;
  /** Fires when the client has gone; not when it has only ended its input. */
  readonly signal: AbortSignal;
}

/**
 * Takes a connection over, as Docker's clients expect of `attach` and `exec`: with `101` for those who asked to
 * upgrade, with a `200` without length for those who did not.
 */
export function hijack(request: FastifyRequest, reply: FastifyReply, contentType: string): HijackedConnection {
  const { socket } = request.raw;
  reply.hijack();
  detach(socket);
  const isUpgrade = request.headers.upgrade !== undefined;
  const status = isUpgrade
    ? 'HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n'
    : 'HTTP/1.1 200 OK\r\nConnection: close\r\n';
  const connection = new SocketConnection(socket);
  socket.write(`${status}Content-Type: ${contentType}\r\n\r\n`);
  return connection;
}

/**
 * The parser lets go of the socket: what comes from here on is no request, and the end of input no end of the
 * connection. Node has no word for this outside of its `upgrade` event, which would leave the request's body unread.
 */
function detach(socket: Socket): void {
  for (const event of ['data', 'end', 'timeout', 'drain', 'error'] as const) socket.removeAllListeners(event);
  socket.setTimeout(0);
  socket.setNoDelay(true);
  // A lost connection is told by the close that follows.
  socket.on('error', () => undefined);
}

class SocketConnection implements HijackedConnection {
  readonly input: AsyncIterable<Uint8Array>;
  readonly #socket: Socket;
  readonly #gone = new AbortController();

  constructor(socket: Socket) {
    this.#socket = socket;
    this.input = readInput(socket);
    socket.once('close', () => this.#gone.abort());
    if (socket.destroyed) this.#gone.abort();
  }

  get signal(): AbortSignal {
    return this.#gone.signal;
  }

  write(parts: readonly Uint8Array[]): Promise<void> | undefined {
    const socket = this.#socket;
    if (socket.destroyed) return undefined;
    // One call to the kernel for all of them.
    socket.cork();
    for (const part of parts) socket.write(part);
    socket.uncork();
    return socket.writableLength === 0 ? undefined : untilWritten(socket);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#socket.destroyed) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#socket.once('close', resolve);
    this.#socket.end(() => this.#socket.destroy());
    await promise;
  }
}

/** Resolves when the kernel has all that was written so far, or nobody is there any more. */
async function untilWritten(socket: Socket): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  socket.write('', () => resolve());
  await promise;
}

/**
 * Bytes as they come; slow reading is felt by the client. Ends with its input, or with the connection. It listens from
 * the call on: what came before anybody listened would be lost.
 */
function readInput(socket: Socket): AsyncIterable<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let isEnded = socket.destroyed || socket.readableEnded;
  let wake = (): void => undefined;
  const end = (): void => {
    isEnded = true;
    wake();
  };
  socket.on('data', (bytes: Buffer) => {
    chunks.push(bytes);
    socket.pause();
    wake();
  });
  socket.once('end', end);
  socket.once('close', end);
  async function* read(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const bytes = chunks.shift();
      if (bytes !== undefined) {
        yield bytes;
      } else if (isEnded) {
        return;
      } else {
        const { promise, resolve } = Promise.withResolvers<void>();
        wake = resolve;
        socket.resume();
        await promise;
      }
    }
  }
  return read();
}
