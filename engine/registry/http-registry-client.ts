import { EngineError } from '#engine/contract/errors.ts';
import { familiarName, type Reference } from '#engine/contract/reference.ts';

import { checkSettings, withoutPassword } from './check-settings.ts';
import {
  dockerConfigPath,
  listDockerLogins,
  podmanAuthPaths,
  readDockerCredentials,
  registryOf,
} from './docker-config.ts';
import { Endpoint } from './endpoint.ts';
import { HttpRepository } from './http-repository.ts';
import { KnownRegistries, type KnownRegistry, type RegistrySettings } from './known-registries.ts';
import { LoginKeys } from './login-keys.ts';
import { MirroredRepository } from './mirrored-repository.ts';
import { readNames, type NamesPage, type NamesWish } from './names-page.ts';
import {
  forgetLogin,
  keepingOf,
  keepLogin,
  type KeepLogin,
  type Keeping,
  type LoginParts,
  ownLogin,
} from './own-logins.ts';
import type {
  Credentials,
  RegistryAccess,
  RegistryClient,
  RegistryLogin,
  RemoteRepository,
} from './registry-client.ts';
import type { RetryPolicy } from './retry.ts';
import { catalogue, searchRegistry, type FoundRepository, type SearchWish } from './search-registry.ts';
import { isLoopback, Transport } from './transport.ts';

export interface RegistryClientOptions {
  /** Docker's configuration file, for credentials. */
  readonly configPath?: string;
  /** Where what people say about registries is kept: their own logins. */
  readonly knownPath: string;
  readonly retry?: RetryPolicy;
  /** How long a registry may be silent in the middle of a blob before it is asked for the rest; a minute unless told. */
  readonly idleTimeoutMs?: number;
}

/** Where Docker Hub has its search. */
const DOCKER_HUB_SEARCH = 'index.docker.io';
const RETRY: RetryPolicy = { attempts: 5, firstPauseMs: 500 };

export class HttpRegistryClient implements RegistryClient {
  readonly #transport: Transport;
  readonly #credentialFiles: readonly string[];
  readonly #known: KnownRegistries;
  readonly #logins: LoginParts;
  readonly #retry: RetryPolicy;

  /** @throws EngineError `corrupt`. */
  constructor(options: RegistryClientOptions) {
    this.#known = new KnownRegistries(options.knownPath);
    this.#logins = { known: this.#known, keys: new LoginKeys() };
    const authoritiesOf = (host: string): string | undefined => this.#known.get(registryOf(host)).authorities;
    this.#transport = new Transport({ authoritiesOf, idleTimeoutMs: options.idleTimeoutMs });
    // Who names a file means that one.
    this.#credentialFiles =
      options.configPath === undefined ? [dockerConfigPath(), ...podmanAuthPaths()] : [options.configPath];
    this.#retry = options.retry ?? RETRY;
  }

  repository(reference: Reference, access: RegistryAccess = {}): RemoteRepository {
    const origin = this.#repository(reference, reference, access);
    const { mirrors = [] } = this.#known.get(reference.registry);
    if ((access.actions ?? 'pull') !== 'pull' || mirrors.length === 0) return origin;
    const copies = mirrors.map((mirror) => mirroredAt(mirror, reference));
    return new MirroredRepository(
      // Whoever gave a password for a registry gave it for no other; and nobody waits for a mirror.
      copies.map((copy) => this.#repository(reference, copy, {}, { ...this.#retry, attempts: 1 })),
      origin,
    );
  }

  /** @param called what people know it by, for sentences. @param place where it is. */
  #repository(called: Reference, place: Reference, access: RegistryAccess, retry = this.#retry): HttpRepository {
    const endpoint = new Endpoint(this.#transport, {
      ...this.#way(place.registry, access),
      repository: place.repository,
      name: familiarName(called),
      credentials: async () => access.credentials ?? (await this.#credentialsFor(place)),
      retry,
      actions: access.actions ?? 'pull',
    });
    return new HttpRepository(endpoint, place);
  }

  #way(
    registry: string,
    access: RegistryAccess,
  ): { readonly registry: string; readonly insecure: boolean; readonly proxy: string | undefined } {
    const { insecure = false, proxy } = this.#known.get(registry);
    return {
      registry,
      insecure: insecure || access.insecure === true || isLoopback(registry.replace(/:\d+$/, '')),
      proxy,
    };
  }

  async login(registry: string, credentials: Credentials, access: RegistryAccess = {}): Promise<void> {
    (await this.#whole(registry, { ...access, credentials }).ask('/v2/', { method: 'GET' })).discard();
  }

  async keepLogin(registry: string, credentials: Credentials, how: KeepLogin = {}): Promise<Keeping> {
    await this.login(registry, credentials);
    return keepLogin(this.#logins, registry, credentials, how);
  }

  lendLoginKey(key: Uint8Array): void {
    this.#logins.keys.add(key);
  }

  async forgetLogin(registry: string): Promise<void> {
    if (await forgetLogin(this.#logins, registry)) return;
    throw new EngineError(
      'not-found',
      `Not logged in to ${registry} here; what docker or podman keep is theirs, and only their logout removes it.`,
    );
  }

  async logins(): Promise<readonly RegistryLogin[]> {
    const found = new Map<string, RegistryLogin>();
    for (const path of this.#credentialFiles) {
      for (const foreign of await listDockerLogins(path)) {
        if (!found.has(foreign.registry)) found.set(foreign.registry, { ...foreign, kept: 'foreign' });
      }
    }
    for (const [registry, { login }] of this.#known.all()) {
      if (login === undefined) continue;
      const who = 'username' in login ? { username: login.username } : {};
      found.set(registry, { registry, ...who, kept: keepingOf(login) });
    }
    return [...found.values()].toSorted((a, b) => (a.registry < b.registry ? -1 : 1));
  }

  settings(): readonly (readonly [registry: string, settings: RegistrySettings])[] {
    return this.#known.all().map(([registry, known]) => [registry, settingsOf(known)]);
  }

  async configure(registry: string, settings: RegistrySettings): Promise<RegistrySettings> {
    checkSettings(settings);
    await this.#known.change(registry, (before) => ({ ...before, ...settings }));
    return settingsOf(this.#known.get(registry));
  }

  async repositories(registry: string, wish: NamesWish = {}): Promise<NamesPage> {
    const page = await readNames(this.#whole(registry), catalogue, wish);
    if (page !== undefined) return page;
    throw new EngineError(
      'unsupported',
      `${registry} doesn't tell which repositories it has; search it, or ask for one by name.`,
    );
  }

  async search(registry: string, wish: SearchWish): Promise<readonly FoundRepository[]> {
    const found = await searchRegistry(this.#whole(registry === 'docker.io' ? DOCKER_HUB_SEARCH : registry), wish);
    if (found !== undefined) return found;
    throw new EngineError(
      'unsupported',
      `${registry} can't be searched, and doesn't tell which repositories it has; ask for one by name.`,
    );
  }

  /** What is asked of a registry and not of one of its repositories. */
  #whole(registry: string, access: RegistryAccess = {}): Endpoint {
    return new Endpoint(this.#transport, {
      ...this.#way(registry, access),
      repository: '',
      name: registry,
      credentials: async () => access.credentials ?? (await this.#credentialsFor({ registry, repository: '' })),
      retry: this.#retry,
    });
  }

  async #credentialsFor({ registry, repository }: Reference): Promise<Credentials | undefined> {
    const own = await ownLogin(this.#logins, registry);
    if (own !== undefined) return own;
    for (const path of this.#credentialFiles) {
      const found = await readDockerCredentials(registry, path, repository);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

/** `mirror.example:5000`, or with what stands before the repository there: `mirror.example/hub`. */
function mirroredAt(mirror: string, reference: Reference): Reference {
  const slash = mirror.indexOf('/');
  if (slash === -1) return { ...reference, registry: mirror };
  const [registry, prefix] = [mirror.slice(0, slash), mirror.slice(slash + 1)];
  return { ...reference, registry, repository: `${prefix}/${reference.repository}` };
}

/** As they may be shown. */
function settingsOf({ mirrors, insecure, authorities, proxy }: KnownRegistry): RegistrySettings {
  return { mirrors, insecure, authorities, proxy: proxy === undefined ? undefined : withoutPassword(proxy) };
}
