import type { IncomingMessage } from 'node:http';

import { fastify, type FastifyInstance } from 'fastify';

import { EngineError } from '#engine/contract/errors.ts';

import { withoutVersion } from './docker/api-version.ts';
import { isAttachSocket, serveAttachSocket } from './docker/attach-web-socket.ts';
import { ClientSessions } from './docker/buildkit/client-session.ts';
import { isControl, isSession, serveControl, serveSession } from './docker/buildkit/serve-session.ts';
import { UploadRequests } from './docker/buildkit/upload-requests.ts';
import type { DockerContext } from './docker/context.ts';
import { dockerRoutes } from './docker/docker-routes.ts';
import { answerFailure } from './docker/failures.ts';
import type { Engine } from './engine.ts';
import { serveRpc } from './estrato/upgrade-rpc.ts';
import { volumeTransferRoutes } from './estrato/volume-transfers.ts';
import type { ListenAddress } from './listen-address.ts';
import { openListener, type Door, type Served } from './listener.ts';
import type { Log } from './log.ts';

export interface ServerOptions {
  readonly engine: Engine;
  readonly log: Log;
  readonly doors: readonly Door[];
}

/** Listens until disposed. */
export interface Server extends AsyncDisposable {
  /** One for each door, with the port that it has. */
  readonly addresses: readonly ListenAddress[];
}

/** Where the method table is spoken. */
const RPC_PATH = '/estrato/v1/rpc';

/** Characters between two slashes of an address. */
const LONGEST_NAME = 8192;

/** Serves both fronts at every door, or at none. @throws EngineError as `openListener` does. */
export async function startServer({ engine, log, doors }: ServerOptions): Promise<Server> {
  const closing = new AbortController();
  await using undo = new AsyncDisposableStack();
  const sessions = undo.use(new ClientSessions());
  const uploads = new UploadRequests();
  const context = { engine, log, sessions, uploads, closing: closing.signal };
  const app = undo.adopt(await routesOf(context), (routes) => routes.close());
  const served = servedBy(app, context);
  const listeners = [];
  for (const door of doors) listeners.push(undo.use(await openListener(door, served)));
  // Said first of all, to all doors at once.
  undo.defer(() => closing.abort(new EngineError('unavailable', 'The engine is stopping.')));
  const opened = undo.move();
  return {
    addresses: listeners.map(({ address }) => address),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

async function routesOf(context: DockerContext): Promise<FastifyInstance> {
  const app = fastify({
    // Docker answers HEAD in two places; a second route beside each of the others would be there for nobody.
    exposeHeadRoutes: false,
    rewriteUrl: ({ url = '/' }) => withoutVersion(url),
    // A name longer than any is looked for all the same, and not found.
    routerOptions: { maxParamLength: LONGEST_NAME },
    frameworkErrors: (error, request, reply) => void answerFailure(error, request, reply),
  });
  dockerRoutes(app, context);
  volumeTransferRoutes(app, context);
  await app.ready();
  return app;
}

function servedBy(app: FastifyInstance, context: DockerContext): Served {
  return {
    answer: (request, response) => app.routing(request, response),
    isUpgrade: (request) => isRpc(request) || isAttachSocket(request) || isSession(request) || isControl(request),
    upgrade: (request, socket, head) => {
      if (isRpc(request)) serveRpc(context.engine, request, socket, head);
      else if (isSession(request)) serveSession(context.sessions, request, socket);
      else if (isControl(request)) serveControl(context, socket, head);
      else serveAttachSocket(context, request, socket, head);
    },
  };
}

function isRpc({ url = '', headers }: IncomingMessage): boolean {
  return url.split('?')[0] === RPC_PATH && headers.upgrade?.toLowerCase() === 'websocket';
}
