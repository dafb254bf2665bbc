import { z } from 'zod';

import { parseReference } from '#engine/contract/reference.ts';
import { inspectRemote } from '#engine/image/inspect-remote.ts';

import type { Routes } from './context.ts';
import { answerUnknownRoute, parseInput } from './failures.ts';
import { credentialsIn } from './registry-auth-header.ts';

/** `AuthConfig` of the Docker Engine API, as `docker login` sends it. */
const login = z.object({
  username: z.string().default(''),
  password: z.string().default(''),
  identitytoken: z.string().default(''),
  serveraddress: z.string().default(''),
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
  app.get<ByName>('/distribution/*', async (request, reply) => {
    const name = /^(.+)\/json$/.exec(request.params['*'])?.[1];
    if (name === undefined) return answerUnknownRoute(request, reply);
    const credentials = credentialsIn(request.headers['x-registry-auth']);
    const remote = await inspectRemote(images, parseReference(name), credentials === undefined ? {} : { credentials });
    const { mediaType, digest, size } = remote.descriptor;
    return { Descriptor: { mediaType, digest, size }, Platforms: remote.platforms };
  });
};

/** Docker's client names its hub by an address from before registries had host names only. */
function registryOf(address: string): string {
  const host = address.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
  return host === '' || host === 'index.docker.io' || host === 'registry-1.docker.io' ? 'docker.io' : host;
}
