import type { FastifyReply } from 'fastify';

import type { Routes } from './context.ts';

const NOT_A_MANAGER =
  'This node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to connect this node to swarm and try again.';
const NOT_A_PART = 'This node is not part of a swarm';
const NO_CLUSTER_VOLUMES = 'volume update only valid for cluster volumes, but swarm is unavailable';
/** The two that would make one: nothing else says that there never is one. */
const NO_SWARMS = 'This node is an Estrato engine, which runs containers on one machine and has no swarms.';

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

const sentences: Readonly<Record<string, readonly (readonly [Method, string])[]>> = {
  [NOT_A_MANAGER]: [
    ['GET', '/swarm'],
    ['POST', '/swarm/update'],
    ['GET', '/swarm/unlockkey'],
    ['GET', '/nodes'],
    ['GET', '/nodes/:id'],
    ['DELETE', '/nodes/:id'],
    ['POST', '/nodes/:id/update'],
    ['GET', '/services'],
    ['POST', '/services/create'],
    ['GET', '/services/:id'],
    ['DELETE', '/services/:id'],
    ['POST', '/services/:id/update'],
    ['GET', '/services/:id/logs'],
    ['GET', '/tasks'],
    ['GET', '/tasks/:id'],
    ['GET', '/tasks/:id/logs'],
    ...(['secrets', 'configs'] as const).flatMap((kind): (readonly [Method, string])[] => [
      ['GET', `/${kind}`],
      ['POST', `/${kind}/create`],
      ['GET', `/${kind}/:id`],
      ['DELETE', `/${kind}/:id`],
      ['POST', `/${kind}/:id/update`],
    ]),
  ],
  [NOT_A_PART]: [
    ['POST', '/swarm/leave'],
    ['POST', '/swarm/unlock'],
  ],
  [NO_CLUSTER_VOLUMES]: [['PUT', '/volumes/:name']],
  [NO_SWARMS]: [
    ['POST', '/swarm/init'],
    ['POST', '/swarm/join'],
  ],
};

/** Everything of swarms, answered as an engine does that is in none: `503`, and Docker's own words. */
export const swarmRoutes: Routes = (app) => {
  for (const [message, routes] of Object.entries(sentences)) {
    const handler = (_request: unknown, reply: FastifyReply): FastifyReply => reply.code(503).send({ message });
    for (const [method, url] of routes) app.route({ method, url, handler });
  }
};
