import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';

import { expect, test } from 'vitest';

import { parseReference } from '#engine/contract/reference.ts';
import { CuttingProxy } from '#engine/testing/cutting-proxy.ts';
import { blobOf } from '#engine/testing/image-fixture.ts';
import { TestRegistry } from '#engine/testing/registry-server.ts';

import type { RemoteRepository } from './registry-client.ts';
import { bytesOf, clientWith } from './testing/asking.ts';

const { descriptor, bytes } = blobOf('application/octet-stream', randomBytes(4_000_000));

/** What a busy machine is never silent for, and a test has the patience for. */
const IDLE_MS = 500;

function repositoryAt(host: string): RemoteRepository {
  const client = clientWith('/nonexistent/registries.json', { idleTimeoutMs: IDLE_MS });
  return client.repository(parseReference(`${host}/team/app:1`));
}

test('a registry that falls silent is asked for the rest, and no byte comes twice', async () => {
  await using registry = await TestRegistry.start();
  registry.putBlob({ descriptor, bytes });
  await using proxy = await CuttingProxy.start(registry.host);
  const stalls = (async () => {
    for (const afterBytes of [1_000_000, 1_500_000]) await proxy.cut({ afterBytes, how: 'stall' });
  })();
  expect((await bytesOf(repositoryAt(proxy.host).blob(descriptor))).equals(bytes)).toBe(true);
  await stalls;
  const ranges = registry.requests.map(({ headers }) => Number(headers.range?.match(/\d+/)?.[0] ?? 0));
  expect(ranges).toHaveLength(3);
  expect(ranges[1]).toBeGreaterThan(900_000);
  expect(ranges[2]).toBeGreaterThan(2_400_000);
});

test('one that never says more is given up on, in a sentence', async () => {
  await using silent = await silentServer(bytes.length);
  const reading = bytesOf(repositoryAt(silent.host).blob(descriptor));
  await expect(reading).rejects.toMatchObject({ code: 'unavailable' });
  await expect(reading).rejects.toThrow(/stopped sending sha256:\w+ of \S+ after 0 of 4000000 bytes, again and again/);
});

/** Promises so many bytes, and sends none. */
async function silentServer(length: number): Promise<AsyncDisposable & { readonly host: string }> {
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-length': length }).flushHeaders();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    host: `127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
