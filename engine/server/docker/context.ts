import type { FastifyInstance } from 'fastify';

import type { Engine } from '#engine/server/engine.ts';
import type { Log } from '#engine/server/log.ts';

import type { ClientSessions } from './buildkit/client-session.ts';
import type { UploadRequests } from './buildkit/upload-requests.ts';

/** What every resource's routes are given. */
export interface DockerContext {
  readonly engine: Engine;
  readonly log: Log;
  /** Clients that lend their files to builds. */
  readonly sessions: ClientSessions;
  readonly uploads: UploadRequests;
  /** Fires when the server closes: streams end then. */
  readonly closing: AbortSignal;
}

/** Adds the routes of one resource. */
export type Routes = (app: FastifyInstance, context: DockerContext) => void;
