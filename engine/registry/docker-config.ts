import { Buffer } from 'node:buffer';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

import type { Credentials } from './registry-client.ts';

/** Docker's key for its own hub, from before registries had host names only. */
const DOCKER_HUB_KEY = 'https://index.docker.io/v1/';

/** Where `docker login` keeps what it was told. */
export function dockerConfigPath(environment: NodeJS.ProcessEnv = process.env): string {
  return join(environment['DOCKER_CONFIG'] ?? join(homedir(), '.docker'), 'config.json');
}

/**
 * The credentials `docker login` wrote for a registry; undefined when there are none, or no readable file. Entries kept
 * by a credential helper have none in the file.
 */
export async function readDockerCredentials(registry: string, path: string): Promise<Credentials | undefined> {
  const auths = await readAuths(path);
  const keys =
    registry === 'docker.io'
      ? [DOCKER_HUB_KEY, 'index.docker.io', 'docker.io']
      : [registry, `https://${registry}`, `https://${registry}/`];
  for (const key of keys) {
    const credentials = Object.hasOwn(auths, key) ? decode(Reflect.get(auths, key)) : undefined;
    if (credentials !== undefined) return credentials;
  }
  return undefined;
}

async function readAuths(path: string): Promise<object> {
  try {
    const config: unknown = JSON.parse(await readFile(path, 'utf8'));
    const auths: unknown = typeof config === 'object' && config !== null ? Reflect.get(config, 'auths') : undefined;
    return typeof auths === 'object' && auths !== null ? auths : {};
  } catch {
    // A pull without credentials is still worth a try.
    return {};
  }
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
