import type { FastifyInstance } from 'fastify';

import { API_VERSION, checkVersion } from './api-version.ts';
import { buildRoutes } from './build.ts';
import { commitRoutes } from './commit.ts';
import { containerControlRoutes } from './container-control.ts';
import { containerFactRoutes } from './container-facts.ts';
import { containerFileRoutes } from './container-files.ts';
import { containerRoutes } from './containers.ts';
import { containerStreamRoutes } from './container-streams.ts';
import type { DockerContext } from './context.ts';
import { diskUsageRoutes } from './disk-usage.ts';
import { eventRoutes } from './events.ts';
import { execRoutes } from './exec.ts';
import { answerFailure, answerUnknownRoute } from './failures.ts';
import { imageArchiveRoutes } from './image-archives.ts';
import { imageRoutes } from './images.ts';
import { imageTransferRoutes } from './image-transfers.ts';
import { networkRoutes } from './networks.ts';
import { pluginRoutes } from './plugins.ts';
import { pruneRoutes } from './prune.ts';
import { registryRoutes } from './registries.ts';
import { statsRoutes } from './stats.ts';
import { swarmRoutes } from './swarm.ts';
import { systemRoutes } from './system.ts';
import { volumeRoutes } from './volumes.ts';

/** Bytes of a JSON body: far more than a container's description needs. */
const BODY_LIMIT = 4 * 1024 * 1024;

/** The Docker Engine API: each resource's routes translate, call a verb, and translate back. */
export function dockerRoutes(app: FastifyInstance, context: DockerContext): void {
  addParsers(app);
  app.addHook('onRequest', (request, reply, next) => {
    reply.headers({
      'api-version': API_VERSION,
      'docker-experimental': 'false',
      ostype: 'linux',
      server: `Estrato/${context.engine.version} (linux)`,
    });
    checkVersion(request.originalUrl);
    next();
  });
  app.addHook('onSend', (_request, reply, _payload, next) => {
    // Docker's clients compare the whole value, and print an error as it stands where it differs.
    if (reply.getHeader('content-type') === 'application/json; charset=utf-8') reply.type('application/json');
    next();
  });
  app.setErrorHandler((error, request, reply) => {
    const err = answerFailure(error, request, reply);
    if (err === undefined) return;
    context.log.error({ method: request.method, url: request.url, err }, 'a request failed unexpectedly');
  });
  app.setNotFoundHandler(answerUnknownRoute);
  const resources = [
    systemRoutes,
    eventRoutes,
    diskUsageRoutes,
    imageRoutes,
    imageTransferRoutes,
    registryRoutes,
    imageArchiveRoutes,
    containerRoutes,
    commitRoutes,
    buildRoutes,
    containerControlRoutes,
    containerFactRoutes,
    containerFileRoutes,
    containerStreamRoutes,
    execRoutes,
    pruneRoutes,
    statsRoutes,
    networkRoutes,
    volumeRoutes,
    swarmRoutes,
    pluginRoutes,
  ];
  for (const add of resources) add(app, context);
}

/** JSON is JSON even where it is empty, as some clients send it; anything else stays a stream for its route to read. */
function addParsers(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'string', bodyLimit: BODY_LIMIT },
    (request, body: string, done) => {
      if (body.trim() === '') done(null, undefined);
      else void parse(request, body, done);
    },
  );
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
}
