import { z } from 'zod';

import { looksLikeRegistry, parseReference } from '#engine/contract/reference.ts';
import { inspectRemote } from '#engine/image/inspect-remote.ts';
import { registryOf } from '#engine/registry/docker-config.ts';
import type { RegistryClient } from '#engine/registry/registry-client.ts';

import type { Routes } from './context.ts';
import { answerUnknownRoute, parseInput } from './failures.ts';
import { filterFlag, parseFilters, text } from './query.ts';
import { credentialsIn } from './registry-auth-header.ts';

/** `AuthConfig` of the Docker Engine API, as `docker login` sends it. */
const login = z.object({
  username: z.string().default(''),
  password: z.string().default(''),
  identitytoken: z.string().default(''),
  serveraddress: z.string().default(''),
});

const searchQuery = z.object({
  term: z.string().min(1),
  limit: z.coerce.number().int().min(1).max(100).default(25),
  filters: text,
});

interface ByName {
  Params: { '*': string };
}

/** What clients ask about registries rather than about this engine. */
export const registryRoutes: Routes = (app, { engine }) => {
  const { images } = engine;
  app.post('/auth', async ({ body }) => {
    const { username, password, identitytoken, serveraddress } = parseInput(login, body);
    const credentials =
      identitytoken === ''
        ? ({ kind: 'password', username, password } as const)
        : ({ kind: 'identity-token', token: identitytoken } as const);
    await images.registry.login(registryOf(serveraddress), credentials);
    // The client keeps what it was given; there is no token to keep instead.
    return { Status: 'Login Succeeded', IdentityToken: '' };
  });
  app.get('/images/search', ({ query }) => search(images.registry, parseInput(searchQuery, query)));
  app.get<ByName>('/distribution/*', async (request, reply) => {
    const name = /^(.+)\/json$/.exec(request.params['*'])?.[1];
    if (name === undefined) return answerUnknownRoute(request, reply);
    const credentials = credentialsIn(request.headers['x-registry-auth']);
    const remote = await inspectRemote(images, parseReference(name), credentials === undefined ? {} : { credentials });
    const { mediaType, digest, size } = remote.descriptor;
    return { Descriptor: { mediaType, digest, size }, Platforms: remote.platforms };
  });
};

/** Of `redis` at Docker's hub, of `registry.example:5000/redis` at that registry. */
async function search(client: RegistryClient, asked: z.infer<typeof searchQuery>): Promise<readonly object[]> {
  const { registry, term } = placeOf(asked.term);
  const wanted = parseFilters(asked.filters, ['is-official', 'is-automated', 'stars']);
  const [isOfficial, isAutomated] = [filterFlag(wanted, 'is-official'), filterFlag(wanted, 'is-automated')];
  const stars = Math.max(0, ...(wanted.get('stars') ?? []).map(Number));
  const found = await client.search(registry, { term, limit: asked.limit });
  return found
    .filter(
      (one) =>
        one.stars >= stars &&
        (isOfficial ?? one.isOfficial) === one.isOfficial &&
        (isAutomated ?? one.isAutomated) === one.isAutomated,
    )
    .map((one) => ({
      name: registry === 'docker.io' ? one.name : `${registry}/${one.name}`,
      description: one.description,
      star_count: one.stars,
      is_official: one.isOfficial,
      is_automated: one.isAutomated,
    }));
}

function placeOf(term: string): { registry: string; term: string } {
  const slash = term.indexOf('/');
  const first = term.slice(0, Math.max(0, slash));
  return looksLikeRegistry(first)
    ? { registry: registryOf(first), term: term.slice(slash + 1) }
    : { registry: 'docker.io', term };
}
