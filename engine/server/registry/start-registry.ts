import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecretServer } from 'node:https';

import { EngineError, toEngineError } from '#engine/contract/errors.ts';
import type { RegistryOptions } from '#engine/contract/registry.ts';
import type { ImageParts } from '#engine/image/image-parts.ts';
import type { Log } from '#engine/server/log.ts';

import { checkAccess, checkListening, type Login } from './check-access.ts';
import { answerFailure } from './failures.ts';
import { findOperation } from './find-operation.ts';
import type { RegistryContext } from './registry-context.ts';
import { Repositories } from './repositories.ts';
import { Uploads } from './uploads.ts';

/** Listens until disposed. */
export interface OpenRegistry extends AsyncDisposable {
  /** `http://127.0.0.1:5000`. */
  readonly address: string;
}

/**
 * Serves this store's images as a registry (OCI distribution specification 1.1).
 *
 * @throws EngineError `forbidden` for an address where others could ask without TLS and a password, `conflict` for one in use.
 */
export async function startRegistry(images: ImageParts, log: Log, options: RegistryOptions): Promise<OpenRegistry> {
  const { tls, login, push } = options;
  const { host, port } = placeOf(options.listen);
  checkListening(host, { isSecret: tls !== undefined, login });
  await using undo = new AsyncDisposableStack();
  const uploads = push ? undo.use(await Uploads.open(images)) : undefined;
  const closing = new AbortController();
  const context = { images, repositories: new Repositories(images), uploads, closing: closing.signal };
  const serve = (request: IncomingMessage, response: ServerResponse): void =>
    void answer(context, request, { response, login, log });
  const server = tls === undefined ? createServer(serve) : secretServer(tls, serve);
  // Layers are sent for as long as it takes.
  server.requestTimeout = 0;
  undo.defer(() => close(server));
  undo.defer(() => closing.abort(new EngineError('unavailable', 'The registry is closing.')));
  await listen(server, host, port);
  const address = server.address();
  const actual = typeof address === 'object' && address !== null ? address.port : port;
  const owned = undo.move();
  return {
    address: `${tls === undefined ? 'http' : 'https'}://${host.includes(':') ? `[${host}]` : host}:${actual}`,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function answer(
  context: RegistryContext,
  request: IncomingMessage,
  { response, login, log }: { readonly response: ServerResponse; readonly login: Login | undefined; readonly log: Log },
): Promise<void> {
  const { method = 'GET', url = '/' } = request;
  try {
    response.setHeader('docker-distribution-api-version', 'registry/2.0');
    checkAccess(request, login);
    const { pathname, searchParams: query } = new URL(url, 'http://registry');
    const { operation, name, reference } = findOperation(method, pathname);
    await operation(context, { request, response, query, name, reference });
  } catch (error) {
    const isGone = request.destroyed && !request.complete;
    const err = answerFailure(error, response);
    if (err !== undefined && !isGone && !response.destroyed)
      log.error({ method, url, err }, 'a registry request failed unexpectedly');
  }
}

function secretServer(
  tls: NonNullable<RegistryOptions['tls']>,
  serve: (request: IncomingMessage, response: ServerResponse) => void,
): Server {
  try {
    return createSecretServer({ cert: tls.cert, key: tls.key }, serve);
  } catch (cause) {
    throw new EngineError(
      'invalid-argument',
      `The certificate and its key can't be used: ${toEngineError(cause).message}.`,
      {
        cause,
      },
    );
  }
}

function placeOf(listen: string): { host: string; port: number } {
  const [, bracketed, plain, digits] = /^(?:\[([0-9a-fA-F:]+)\]|([\w.-]+)):(\d{1,5})$/.exec(listen) ?? [];
  const host = bracketed ?? plain;
  const port = Number(digits);
  if (host !== undefined && port <= 65_535) return { host, port };
  throw new EngineError(
    'invalid-argument',
    `${listen.slice(0, 100)} is no address to listen on; write 127.0.0.1:5000.`,
  );
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  try {
    server.listen(port, host);
    await once(server, 'listening');
  } catch (cause) {
    const isTaken = cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE';
    const why = isTaken ? 'another program listens there' : toEngineError(cause).message;
    throw new EngineError(
      'conflict',
      `The registry can't listen on ${host}:${port}: ${why}; choose another with --listen.`,
      {
        cause,
      },
    );
  }
}

async function close(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
