import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { expect, test } from 'vitest';

import { makeImageOf } from '#engine/testing/image-fixture.ts';
import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';

import { Endpoint } from './endpoint.ts';
import { bytesOf, repositoryAt } from './testing/asking.ts';
import { Transport } from './transport.ts';

const run = promisify(execFile);
const hasOpenssl = await run('openssl', ['version']).then(
  () => true,
  () => false,
);
const image = await makeImageOf(1);

/** A registry of one manifest that wants to see a certificate too, and the directory that says how it is reached. */
async function startTwoSided(owned: AsyncDisposableStack): Promise<{ host: string; certificates: string }> {
  const dir = owned.use(await temporaryDirectory('tls')).path;
  const path = (name: string): string => join(dir, name);
  const names = ['-subj', '/CN=registry.test', '-addext', 'subjectAltName=IP:127.0.0.1'];
  for (const who of ['server', 'client'] as const) {
    const files = ['-keyout', path(`${who}.key`), '-out', path(`${who}.pem`)];
    await run('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...files, ...names]);
  }
  const read = (name: string): Promise<Buffer> => readFile(path(name));
  const [key, cert, ca] = [await read('server.key'), await read('server.pem'), await read('client.pem')];
  const server = createServer({ key, cert, ca, requestCert: true, rejectUnauthorized: true }, (_, response) => {
    response.writeHead(200, { 'content-type': image.manifest.descriptor.mediaType }).end(image.manifest.bytes);
  });
  const host = await listen(server, owned);
  const certificates = path('certs.d');
  await mkdir(join(certificates, host), { recursive: true });
  for (const [from, to] of [
    ['server.pem', 'ca.crt'],
    ['client.pem', 'client.cert'],
    ['client.key', 'client.key'],
  ] as const)
    await copyFile(path(from), join(certificates, host, to));
  return { host, certificates };
}

async function listen(server: Server, owned: AsyncDisposableStack): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  owned.defer(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  const address = server.address();
  return `127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
}

/** A registry of one manifest behind a certificate that nobody signed but itself. @returns `127.0.0.1:PORT`. */
async function start(owned: AsyncDisposableStack): Promise<string> {
  const dir = owned.use(await temporaryDirectory('tls')).path;
  const [key, cert] = [join(dir, 'key.pem'), join(dir, 'cert.pem')];
  const names = ['-subj', '/CN=registry.test', '-addext', 'subjectAltName=IP:127.0.0.1'];
  await run('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cert, ...names]);
  const server = createServer({ key: await readFile(key), cert: await readFile(cert) }, (_, response) => {
    response.writeHead(200, { 'content-type': image.manifest.descriptor.mediaType }).end(image.manifest.bytes);
  });
  return listen(server, owned);
}

test.skipIf(!hasOpenssl)(
  'a registry of this machine needs no certificate that anybody knows (needs openssl)',
  async () => {
    await using owned = new AsyncDisposableStack();
    const host = await start(owned);
    const { descriptor } = await repositoryAt(host, 'team/app:1').document('1');
    expect(descriptor).toEqual(image.manifest.descriptor);
  },
);

test.skipIf(!hasOpenssl)('anywhere else it is refused, in words that say what to do (needs openssl)', async () => {
  await using owned = new AsyncDisposableStack();
  const host = await start(owned);
  const options = { registry: host, repository: 'team/app', name: 'team/app:1', insecure: false };
  const endpoint = new Endpoint(new Transport(), {
    ...options,
    credentials: () => Promise.resolve(undefined),
    retry: { attempts: 3, firstPauseMs: 1 },
  });
  const asking = endpoint.ask('manifests/1', { method: 'GET' });
  await expect(asking).rejects.toMatchObject({ code: 'unavailable' });
  await expect(asking).rejects.toThrow(
    /the certificate of 127\.0\.0\.1 port \d+ is not trusted \(\w+\); add its authority/,
  );

  const insecure = new Endpoint(new Transport(), {
    ...options,
    insecure: true,
    credentials: () => Promise.resolve(undefined),
    retry: { attempts: 1, firstPauseMs: 1 },
  });
  const answer = await insecure.ask('manifests/1', { method: 'GET' });
  expect(await bytesOf(answer.body)).toEqual(image.manifest.bytes);
});

test.skipIf(!hasOpenssl)(
  'its own authority and the certificate it wants are found by its name (needs openssl)',
  async () => {
    await using owned = new AsyncDisposableStack();
    const { host, certificates } = await startTwoSided(owned);
    const options = {
      registry: host,
      repository: 'team/app',
      name: 'team/app:1',
      insecure: false,
      credentials: () => Promise.resolve(undefined),
      retry: { attempts: 1, firstPauseMs: 1 },
    };
    const transport = new Transport({ directories: [certificates] });
    const ask = (): Promise<unknown> => new Endpoint(transport, options).ask('manifests/1', { method: 'GET' });
    await expect(ask()).resolves.toMatchObject({ status: 200 });
    // Without the files, and without a restart: neither trusted nor known.
    await rm(join(certificates, host, 'client.cert'));
    await expect(ask()).rejects.toMatchObject({ code: 'unavailable' });
    await rm(join(certificates, host), { recursive: true });
    await expect(ask()).rejects.toThrow('is not trusted');
  },
);

test.skipIf(!hasOpenssl)(
  'an authority that was said for one registry vouches for no other (needs openssl)',
  async () => {
    await using owned = new AsyncDisposableStack();
    const { host, certificates } = await startTwoSided(owned);
    const pem = await readFile(join(certificates, host, 'ca.crt'), 'utf8');
    await rm(join(certificates, host, 'ca.crt'));
    const endpointAt = (trusted: string): Endpoint =>
      new Endpoint(
        new Transport({ directories: [certificates], authoritiesOf: (asked) => (asked === trusted ? pem : undefined) }),
        {
          registry: host,
          repository: 'team/app',
          name: 'team/app:1',
          insecure: false,
          credentials: () => Promise.resolve(undefined),
          retry: { attempts: 1, firstPauseMs: 1 },
        },
      );
    const asked = endpointAt(host).ask('manifests/1', { method: 'GET' });
    await expect(asked).resolves.toMatchObject({ status: 200 });
    const other = endpointAt('other.test').ask('manifests/1', { method: 'GET' });
    await expect(other).rejects.toThrow('estrato remote settings --ca');
  },
);
