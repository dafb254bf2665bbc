import { familiarName, familiarRepository, parseReference, type Reference } from '#engine/contract/reference.ts';
import type { FoundRepository, RegistrySettings, RemoteImage } from '#engine/contract/registry.ts';
import { inspectRemote } from '#engine/image/inspect-remote.ts';
import { listReferrers } from '#engine/image/list-referrers.ts';
import { removeRemote } from '#engine/image/remove-remote.ts';
import { verifySignature } from '#engine/image/verify-signature.ts';
import { formatPlatform } from '#engine/oci/platform.ts';
import { registryOf } from '#engine/registry/docker-config.ts';
import type { RegistryClient } from '#engine/registry/registry-client.ts';
import type { Engine } from '#engine/server/engine.ts';

import type { CallsOf } from './area.ts';

const USUAL_RESULTS = 25;

export function registriesCalls({ images }: Engine): CallsOf<'registries'> {
  const { registry: client } = images;
  return {
    'registries.logins': async () => [...(await client.logins())],
    'registries.login': async ({ registry, username, password, sealed: isSealed = false }) => ({
      kept: await client.keepLogin(registryOf(registry), { kind: 'password', username, password }, { isSealed }),
    }),
    'registries.lendKey': async ({ key }) => {
      client.lendLoginKey(Buffer.from(key, 'base64'));
      return {};
    },
    'registries.logout': async ({ registry }) => {
      await client.forgetLogin(registryOf(registry));
      return {};
    },
    'registries.settings': async () =>
      client
        .settings()
        .filter(([, settings]) => Object.values(settings).some((said) => said !== undefined))
        .map(([registry, settings]) => ({ registry, ...shown(settings) })),
    'registries.configure': async ({ registry, ...said }) =>
      shown(await client.configure(registryOf(registry), kept(said))),
    'registries.tags': async ({ repository, after, limit }) => {
      const { names, ...rest } = await client.repository(parseReference(repository)).tags({ after, limit });
      return { names: [...names], ...rest };
    },
    'registries.repositories': async ({ registry, after, limit }) => {
      const { names, ...rest } = await client.repositories(registryOf(registry), { after, limit });
      return { names: [...names], ...rest };
    },
    'registries.search': ({ registry = '', term, limit = USUAL_RESULTS, page = 1 }) =>
      search(client, registryOf(registry), { term, limit, page }),
    'registries.inspect': ({ reference }) => inspect(images, parseReference(reference)),
    'registries.referrers': async ({ reference }, signal) => {
      const { digest, referrers } = await listReferrers(images, parseReference(reference), signal);
      return { digest, referrers: [...referrers] };
    },
    'registries.verifySignature': ({ reference, key }) => verifySignature(images, parseReference(reference), key),
    'registries.remove': ({ reference, whole = false }) => removeRemote(images, parseReference(reference), { whole }),
  };
}

async function inspect(images: Engine['images'], reference: Reference): Promise<RemoteImage> {
  const { descriptor, platforms } = await inspectRemote(images, reference, {});
  const { digest, mediaType, size } = descriptor;
  return { reference: familiarName(reference), digest, mediaType, size, platforms: platforms.map(formatPlatform) };
}

async function search(
  client: RegistryClient,
  registry: string,
  wish: Parameters<RegistryClient['search']>[1],
): Promise<FoundRepository[]> {
  const found = await client.search(registry, wish);
  return found.map(({ name, ...rest }) => ({ ...rest, name: asPulled(registry, name) }));
}

/** `redis` is already what one pulls from Docker's hub. */
function asPulled(registry: string, name: string): string {
  return registry === 'docker.io' ? name : familiarRepository({ registry, repository: name });
}

type Kept = Parameters<RegistryClient['configure']>[1];

function shown({ mirrors = [], insecure = false, authorities = '', proxy = '' }: Kept): RegistrySettings {
  return { mirrors: [...mirrors], insecure, authorities, proxy };
}

/** Only what was said; what is as usual is not kept. */
function kept({
  mirrors,
  insecure,
  authorities,
  proxy,
}: { [K in keyof RegistrySettings]?: RegistrySettings[K] | undefined }): Kept {
  return {
    ...(mirrors === undefined ? {} : { mirrors: mirrors.length === 0 ? undefined : mirrors }),
    ...(insecure === undefined ? {} : { insecure: insecure ? true : undefined }),
    ...(authorities === undefined ? {} : { authorities: authorities === '' ? undefined : authorities }),
    ...(proxy === undefined ? {} : { proxy: proxy === '' ? undefined : proxy }),
  };
}
