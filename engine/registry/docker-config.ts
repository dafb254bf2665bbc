import { Buffer } from 'node:buffer';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

import { askCredentialHelper } from './credential-helper.ts';
import type { Credentials } from './registry-client.ts';

/** Docker's key for its own hub, from before registries had host names only. */
const DOCKER_HUB_KEY = 'https://index.docker.io/v1/';

/** Where `docker login` keeps what it was told. */
export function dockerConfigPath(environment: NodeJS.ProcessEnv = process.env): string {
  return join(environment['DOCKER_CONFIG'] ?? join(homedir(), '.docker'), 'config.json');
}

/** Where podman, buildah and skopeo keep theirs (containers-auth.json(5)). */
export function podmanAuthPaths(environment: NodeJS.ProcessEnv = process.env): readonly string[] {
  const { REGISTRY_AUTH_FILE: named, XDG_RUNTIME_DIR: runtimeDir, XDG_CONFIG_HOME: configHome } = environment;
  if (named !== undefined && named !== '') return [named];
  const runtime = runtimeDir ?? `/run/user/${process.getuid?.() ?? 0}`;
  return [
    join(runtime, 'containers/auth.json'),
    `/run/containers/${process.getuid?.() ?? 0}/auth.json`,
    join(configHome ?? join(homedir(), '.config'), 'containers/auth.json'),
  ];
}

/**
 * The credentials that `docker login` or `podman login` left for a registry, in the file or with the helper it names.
 * Undefined when there are none, or no readable file; nothing is ever written there.
 *
 * @param repository of podman's entries for a part of a registry, the longest counts.
 */
export async function readDockerCredentials(
  registry: string,
  path: string,
  repository = '',
): Promise<Credentials | undefined> {
  const config = await readConfig(path);
  const auths = objectIn(config, 'auths');
  const keys = keysOf(registry, repository);
  const helpers = objectIn(config, 'credHelpers');
  for (const key of keys) {
    const helper = Object.hasOwn(helpers, key) ? textIn(helpers, key) : undefined;
    if (helper !== undefined) return askCredentialHelper(helper, key);
    const credentials = Object.hasOwn(auths, key) ? decode(Reflect.get(auths, key)) : undefined;
    if (credentials !== undefined) return credentials;
  }
  const store = textIn(config, 'credsStore');
  return store === undefined ? undefined : askCredentialHelper(store, serverOf(registry));
}

/** Registries that the file has a login for, by name; who logged in there is not always said. */
export async function listDockerLogins(path: string): Promise<readonly { registry: string; username?: string }[]> {
  const config = await readConfig(path);
  const auths = objectIn(config, 'auths');
  const keys = new Set([...Object.keys(auths), ...Object.keys(objectIn(config, 'credHelpers'))]);
  return [...keys].map((key) => {
    const credentials = Object.hasOwn(auths, key) ? decode(Reflect.get(auths, key)) : undefined;
    const registry = registryOf(key);
    return credentials?.kind === 'password' ? { registry, username: credentials.username } : { registry };
  });
}

/** The host of whatever a registry is called by: clients name Docker's hub by an address from before there were host names. */
export function registryOf(address: string): string {
  const host = address.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
  return host === '' || host === 'index.docker.io' || host === 'registry-1.docker.io' ? 'docker.io' : host;
}

function keysOf(registry: string, repository: string): readonly string[] {
  if (registry === 'docker.io') return [DOCKER_HUB_KEY, 'index.docker.io', 'docker.io'];
  const parts = repository.split('/').filter(Boolean);
  const paths = parts.map((_, index) => `${registry}/${parts.slice(0, parts.length - index).join('/')}`);
  return [...paths, registry, `https://${registry}`, `https://${registry}/`];
}

/** What Docker's command line calls a registry when it talks to a helper. */
export function serverOf(registry: string): string {
  return registry === 'docker.io' ? DOCKER_HUB_KEY : registry;
}

async function readConfig(path: string): Promise<object> {
  try {
    const config: unknown = JSON.parse(await readFile(path, 'utf8'));
    return typeof config === 'object' && config !== null ? config : {};
  } catch {
    // A pull without credentials is still worth a try.
    return {};
  }
}

function objectIn(value: object, name: string): object {
  const found: unknown = Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;
  return typeof found === 'object' && found !== null ? found : {};
}

function textIn(value: object, name: string): string | undefined {
  const found: unknown = Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;
  return typeof found === 'string' && found !== '' ? found : undefined;
}

function decode(entry: unknown): Credentials | undefined {
  if (typeof entry !== 'object' || entry === null) return undefined;
  const text = (name: string): string | undefined => {
    const value: unknown = Reflect.get(entry, name);
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const identity = text('identitytoken');
  if (identity !== undefined) return { kind: 'identity-token', token: identity };
  const pair = Buffer.from(text('auth') ?? '', 'base64').toString();
  const colon = pair.indexOf(':');
  if (colon > 0)
    return { kind: 'password', username: pair.slice(0, colon), password: pair.slice(colon + 1).replace(/\0+$/, '') };
  const registryToken = text('registrytoken');
  return registryToken === undefined ? undefined : { kind: 'registry-token', token: registryToken };
}
