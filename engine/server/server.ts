import { chmod } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';

import { fastify, type FastifyInstance } from 'fastify';

import { EngineError } from '#engine/contract/errors.ts';

import { withoutVersion } from './docker/api-version.ts';
import { isAttachSocket, serveAttachSocket } from './docker/attach-web-socket.ts';
import { ClientSessions } from './docker/buildkit/client-session.ts';
import { KeptContexts } from './docker/buildkit/kept-contexts.ts';
import { isSession, serveSession } from './docker/buildkit/serve-session.ts';
import { hijackedSockets } from './docker/hijack.ts';
import { dockerRoutes } from './docker/docker-routes.ts';
import type { Engine } from './engine.ts';
import { serveRpc } from './estrato/upgrade-rpc.ts';
import { volumeTransferRoutes } from './estrato/volume-transfers.ts';
import type { Log } from './log.ts';

export interface ServerOptions {
  readonly engine: Engine;
  readonly log: Log;
  /** `unix:///PATH/estrato.sock`. */
  readonly host: string;
}

/** Listens until disposed. */
export interface Server extends AsyncDisposable {
  readonly socketPath: string;
}

/** Where the method table is spoken. */
const RPC_PATH = '/estrato/v1/rpc';

/** How long streams have to say their last word when the server closes. */
const FAREWELL_MS = 1000;

/**
 * Serves both fronts on one unix socket that its owner and group may use.
 *
 * @throws EngineError `conflict` when something is in the socket's place.
 */
export async function startServer({ engine, log, host }: ServerOptions): Promise<Server> {
  const socketPath = host.startsWith('unix://') ? host.slice('unix://'.length) : host;
  const closing = new AbortController();
  const app = fastify({
    forceCloseConnections: true,
    // Containers are waited for, and images sent, for as long as it takes.
    requestTimeout: 0,
    // Docker answers HEAD in two places; a second route beside each of the others would be there for nobody.
    exposeHeadRoutes: false,
    rewriteUrl: ({ url = '/' }) => withoutVersion(url),
    // Docker's clients upgrade to raw bytes after an ordinary request, whose body is to be read as such.
    http: { shouldUpgradeCallback: (request) => isRpc(request) || isAttachSocket(request) || isSession(request) },
  });
  const sessions = new ClientSessions();
  const contexts = new KeptContexts(join(engine.dataRoot, 'build-contexts'));
  const context = { engine, log, sessions, contexts, closing: closing.signal };
  app.server.on('upgrade', (request: IncomingMessage, socket, head) => {
    if (isRpc(request)) serveRpc(engine, request, socket, head);
    else if (isSession(request)) serveSession(sessions, request, socket);
    else serveAttachSocket(context, request, socket, head);
  });
  dockerRoutes(app, context);
  volumeTransferRoutes(app, context);
  await listen(app, socketPath);
  return {
    socketPath,
    [Symbol.asyncDispose]: async () => {
      closing.abort(new EngineError('unavailable', 'The engine is stopping.'));
      await close(app);
      sessions[Symbol.dispose]();
    },
  };
}

async function listen(app: FastifyInstance, socketPath: string): Promise<void> {
  try {
    await app.listen({ path: socketPath });
    await chmod(socketPath, 0o660);
  } catch (error) {
    await app.close();
    if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
    throw new EngineError(
      'conflict',
      `The socket ${socketPath} is in use by another program; stop it or choose another with --host.`,
      { cause: error },
    );
  }
}

/** Streams end by themselves when they hear of it; what doesn't is cut off. */
async function close(app: FastifyInstance): Promise<void> {
  app.server.close();
  app.server.closeIdleConnections();
  await new Promise((resolve) => {
    const timer = setTimeout(resolve, FAREWELL_MS);
    app.server.once('close', () => {
      clearTimeout(timer);
      resolve(undefined);
    });
  });
  for (const socket of hijackedSockets(app.server)) socket.destroy();
  await app.close();
}

function isRpc({ url = '', headers }: IncomingMessage): boolean {
  return url.split('?')[0] === RPC_PATH && headers.upgrade?.toLowerCase() === 'websocket';
}
