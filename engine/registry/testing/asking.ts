import { parseReference } from '#engine/contract/reference.ts';
import { HttpRegistryClient, type RegistryClientOptions } from '#engine/registry/http-registry-client.ts';
import type { RegistryAccess, RemoteRepository } from '#engine/registry/registry-client.ts';

/** Nobody waits in a test: a failure that may pass is tried again at once. */
const RETRY = { attempts: 3, firstPauseMs: 1 };

/** @param knownPath where it keeps what it is told. */
export function clientWith(
  knownPath: string,
  options: Pick<RegistryClientOptions, 'idleTimeoutMs'> = {},
): HttpRegistryClient {
  return new HttpRegistryClient({ configPath: '/nonexistent/config.json', knownPath, retry: RETRY, ...options });
}

/** A repository as a pull has it, without the credentials of whoever runs the test. */
export function repositoryAt(host: string, name: string, access: RegistryAccess = {}): RemoteRepository {
  return clientWith('/nonexistent/registries.json').repository(parseReference(`${host}/${name}`), access);
}

export async function bytesOf(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of source) chunks.push(chunk);
  return Buffer.concat(chunks);
}
