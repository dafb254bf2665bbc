import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { parseReference } from '#engine/contract/reference.ts';
import { registryUser, startDebianRegistry, type DebianRegistry } from '#engine/testing/debian-registry.ts';
import { blobsOf, makeImageOf } from '#engine/testing/image-fixture.ts';
import { describeWith } from '#engine/testing/requires.ts';
import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';
import { startTokenServer, type KeyPair, type TokenServer } from '#engine/testing/token-server.ts';

import { Endpoint } from './endpoint.ts';
import { HttpRepository } from './http-repository.ts';
import { bytesOf } from './testing/asking.ts';
import { Transport } from './transport.ts';

const run = promisify(execFile);

/** A certificate for loopback that only this authority vouches for. @returns the authority's, and its. */
async function privateAuthority(dir: string): Promise<{ readonly authority: string; readonly keys: KeyPair }> {
  const names = {
    CA: join(dir, 'ca.pem'),
    CAkey: join(dir, 'ca.key'),
    cert: join(dir, 'at.crt'),
    key: join(dir, 'key'),
  };
  const rsa = ['-newkey', 'rsa:2048', '-nodes'];
  await run('openssl', ['req', '-x509', ...rsa, '-keyout', names.CAkey, '-out', names.CA, '-subj', '/CN=authority']);
  const wish = join(dir, 'wish');
  await run('openssl', ['req', ...rsa, '-keyout', names.key, '-out', wish, '-subj', '/CN=registry.test']);
  const extension = join(dir, 'extension');
  await writeFile(extension, 'subjectAltName=IP:127.0.0.1\n');
  const by = ['-CA', names.CA, '-CAkey', names.CAkey, '-CAcreateserial', '-extfile', extension];
  await run('openssl', ['x509', '-req', '-in', wish, '-out', names.cert, ...by]);
  const read = (path: string): Promise<string> => readFile(path, 'utf8');
  return { authority: await read(names.CA), keys: { certificate: await read(names.cert), key: await read(names.key) } };
}

describeWith(['registry', 'openssl'], "Debian's registry behind a private authority and a token server", () => {
  const owned = new AsyncDisposableStack();
  let dir: string;
  let authority: string;
  let tokens: TokenServer;
  let registry: DebianRegistry;

  beforeAll(async () => {
    dir = owned.use(await temporaryDirectory('doors')).path;
    const made = await privateAuthority(dir);
    ({ authority } = made);
    const issuer = 'tokens of a test';
    tokens = owned.use(await startTokenServer({ keys: made.keys, user: registryUser, issuer }));
    const token = { realm: tokens.realm, service: 'registry.test', issuer, authority };
    registry = owned.use(await startDebianRegistry({ tls: made.keys, token }));
  });
  afterAll(() => owned.disposeAsync());

  /** As anywhere but on loopback, where no certificate is asked for. */
  function repository(password: string | undefined, trusted: string | undefined = authority): HttpRepository {
    const credentials = { kind: 'password', username: registryUser.username, password: password ?? '' } as const;
    const transport = new Transport({ directories: [], authoritiesOf: () => trusted });
    const endpoint = new Endpoint(transport, {
      registry: registry.host,
      repository: 'team/app',
      name: `${registry.host}/team/app`,
      credentials: async () => (password === undefined ? undefined : credentials),
      insecure: false,
      retry: { attempts: 1, firstPauseMs: 1 },
      actions: 'pull,push',
    });
    return new HttpRepository(endpoint, parseReference(`${registry.host}/team/app:1`));
  }

  test('an image is pushed and comes back, and skopeo finds the same', async () => {
    const image = await makeImageOf(3);
    const at = repository(registryUser.password);
    for (const { descriptor, bytes } of blobsOf(image)) {
      const source = (async function* () {
        yield bytes;
      })();
      await at.upload({ descriptor, open: () => source });
    }
    await at.putDocument('1', image.manifest);
    expect(tokens.scopes).toContain('repository:team/app:pull,push');
    const again = repository(registryUser.password);
    expect(await again.document('1')).toMatchObject({ descriptor: image.manifest.descriptor });
    for (const { descriptor, bytes } of blobsOf(image)) expect(await bytesOf(again.blob(descriptor))).toEqual(bytes);
    const certificates = join(dir, 'certs');
    await mkdir(certificates);
    await writeFile(join(certificates, 'ca.crt'), authority);
    const who = ['--cert-dir', certificates, '--creds', `${registryUser.username}:${registryUser.password}`];
    const { stdout } = await run('skopeo', ['inspect', ...who, `docker://${registry.host}/team/app:1`]);
    expect(JSON.parse(stdout)).toMatchObject({
      Digest: image.manifest.descriptor.digest,
      Layers: image.layers.map(({ blob }) => blob.descriptor.digest),
    });
  });

  test.each([
    ['no password', undefined, 'sign in'],
    ['a wrong one', 'wrong', 'UNAUTHORIZED|unauthorized|denied|401'],
  ])('with %s nothing is taken or given', async (_, password, words) => {
    await expect(repository(password).document('1')).rejects.toMatchObject({ code: 'unauthenticated' });
    await expect(repository(password).document('1')).rejects.toThrow(new RegExp(words));
  });

  test('an authority that nobody has named is not believed', async () => {
    const asking = repository(registryUser.password, '').document('1');
    await expect(asking).rejects.toThrow(/certificate of 127\.0\.0\.1 port \d+ is not trusted/);
  });
});
