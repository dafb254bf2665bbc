import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { parseReference } from '#engine/contract/reference.ts';
import { blobsOf, makeImageOf } from '#engine/testing/image-fixture.ts';
import { TestRegistry, type RegistryLogin } from '#engine/testing/registry-server.ts';
import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';

import { authorize } from './authorize.ts';
import { HttpRegistryClient } from './http-registry-client.ts';
import type { Credentials } from './registry-client.ts';
import { bytesOf, repositoryAt } from './testing/asking.ts';
import { Transport, type HttpRequest, type HttpResponse } from './transport.ts';

const image = await makeImageOf(2);
const [config] = blobsOf(image);
const ann = { username: 'ann', password: 's3cret' };
const password: Credentials = { kind: 'password', ...ann };

async function registryFor(login: RegistryLogin): Promise<TestRegistry> {
  const registry = await TestRegistry.start({ login });
  registry.push('team/app:1.0', image);
  return registry;
}

test.each<[string, RegistryLogin, Credentials | undefined]>([
  ['nobody asks', { kind: 'none' }, undefined],
  ['anonymous token', { kind: 'anonymous-token' }, undefined],
  ['token for a password', { kind: 'token', ...ann }, password],
  ['token for an identity token', { kind: 'identity-token', token: 'it' }, { kind: 'identity-token', token: 'it' }],
  ['basic', { kind: 'basic', ...ann }, password],
])('way in: %s', async (_, login, credentials) => {
  await using registry = await registryFor(login);
  const repository = repositoryAt(registry.host, 'team/app:1.0', credentials === undefined ? {} : { credentials });
  expect(await repository.resolve('1.0')).toBe(image.manifest.descriptor.digest);
  const document = await repository.document('1.0');
  expect(document.descriptor).toEqual(image.manifest.descriptor);
  expect(config && (await bytesOf(repository.blob(config.descriptor)))).toEqual(config?.bytes);
});

test('one token is asked for with the scope of the challenge, and kept', async () => {
  await using registry = await registryFor({ kind: 'token', ...ann });
  const repository = repositoryAt(registry.host, 'team/app:1.0', { credentials: password });
  await repository.document('1.0');
  await Promise.all(blobsOf(image).map(({ descriptor }) => bytesOf(repository.blob(descriptor))));
  const asked = registry.requests.filter(({ path }) => path.startsWith('/token'));
  expect(asked).toHaveLength(1);
  const query = new URL(asked[0]?.path ?? '', 'http://token').searchParams;
  expect([query.get('scope'), query.get('service'), query.get('account')]).toEqual([
    'repository:any:pull',
    'registry.test',
    'ann',
  ]);
  expect(registry.requests.filter(({ headers }) => headers.authorization?.startsWith('Basic '))).toHaveLength(1);
});

test('blobs that are refused at once share one token', async () => {
  await using registry = await registryFor({ kind: 'anonymous-token' });
  const repository = repositoryAt(registry.host, 'team/app:1.0');
  await Promise.all(blobsOf(image).map(({ descriptor }) => bytesOf(repository.blob(descriptor))));
  expect(registry.count('GET', '/token')).toBe(1);
});

test('a token that ran out before its time is fetched anew', async () => {
  await using registry = await registryFor({ kind: 'anonymous-token', expiresIn: 3600 });
  const repository = repositoryAt(registry.host, 'team/app:1.0');
  await repository.document('1.0');
  registry.forgetTokens();
  expect((await repository.document('1.0')).descriptor.digest).toBe(image.manifest.descriptor.digest);
  expect(registry.count('GET', '/token')).toBe(2);
});

test("Docker's own file is asked for credentials", async () => {
  await using registry = await registryFor({ kind: 'basic', ...ann });
  await using dir = await temporaryDirectory();
  const configPath = join(dir.path, 'config.json');
  const auth = Buffer.from('ann:s3cret').toString('base64');
  await writeFile(configPath, JSON.stringify({ auths: { [registry.host]: { auth } } }));
  const client = new HttpRegistryClient({ configPath, knownPath: '/nonexistent/registries.json' });
  const repository = client.repository(parseReference(`${registry.host}/team/app:1.0`));
  expect(await repository.resolve('1.0')).toBe(image.manifest.descriptor.digest);
});

test.each<[string, RegistryLogin]>([
  ['a token', { kind: 'token', ...ann }],
  ['basic', { kind: 'basic', ...ann }],
])('a wrong password for %s is said to be one', async (_, login) => {
  await using registry = await registryFor(login);
  const wrong: Credentials = { kind: 'password', username: 'ann', password: 'wrong' };
  const asking = repositoryAt(registry.host, 'team/app:1.0', { credentials: wrong }).document('1.0');
  await expect(asking).rejects.toMatchObject({ code: 'unauthenticated' });
  await expect(asking).rejects.toThrow(
    `unauthorized: ${registry.host} does not accept the credentials used for ${registry.host}/team/app:1.0`,
  );
  await expect(asking).rejects.not.toThrow('wrong');
});

test('without credentials a private registry is refused in the words that Docker uses', async () => {
  await using registry = await registryFor({ kind: 'basic', ...ann });
  const asking = repositoryAt(registry.host, 'team/app:1.0').document('1.0');
  await expect(asking).rejects.toMatchObject({ code: 'unauthenticated' });
  await expect(asking).rejects.toThrow(
    `pull access denied for ${registry.host}/team/app, repository does not exist or may require 'docker login'`,
  );
});

test('a repository that a stranger may not see is as good as none', async () => {
  await using registry = await registryFor({ kind: 'anonymous-token' });
  const body = JSON.stringify({ errors: [{ code: 'DENIED', message: 'requested access to the resource is denied' }] });
  registry.fail({ path: '/manifests/', answer: { kind: 'status', status: 403, body } });
  const asking = repositoryAt(registry.host, 'team/app:1.0').document('1.0');
  await expect(asking).rejects.toThrow('pull access denied');
});

test.each([
  ['no JSON', 'not json'],
  ['no token', '{}'],
  ['a token that would break the header', JSON.stringify({ token: 'a\r\nx: y' })],
])('a token server that answers with %s is named', async (_, body) => {
  await using registry = await registryFor({ kind: 'anonymous-token' });
  registry.fail({ path: '/token', answer: { kind: 'status', status: 200, body } });
  const asking = repositoryAt(registry.host, 'team/app:1.0').document('1.0');
  await expect(asking).rejects.toMatchObject({ code: 'unavailable' });
  await expect(asking).rejects.toThrow(`The token server of ${registry.host} did not answer with a token`);
});

test('a token server elsewhere that only speaks plain HTTP gets no password', async () => {
  await using registry = await TestRegistry.start();
  registry.fail({
    path: '/v2/',
    answer: { kind: 'status', status: 401, headers: { 'www-authenticate': 'Bearer realm="ftp://thief.test/token"' } },
  });
  const asking = repositoryAt(registry.host, 'team/app:1.0', { credentials: password }).document('1.0');
  await expect(asking).rejects.toMatchObject({ code: 'unavailable' });
  await expect(asking).rejects.toThrow('"ftp://thief.test/token"');
});

/** Takes down how it is asked, and answers with a token. */
class TokenServer extends Transport {
  readonly asked: HttpRequest[] = [];

  override async send(url: URL, request: HttpRequest): Promise<HttpResponse> {
    this.asked.push(request);
    async function* body(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('{"token":"t"}');
    }
    return { url: url.href, status: 200, header: () => undefined, body: body(), discard: () => undefined };
  }
}

test.each<[string, Credentials | undefined]>([
  ['nobody', undefined],
  ['a password', password],
  ['an identity token', { kind: 'identity-token', token: 'it' }],
])("a token server is asked through the registry's own proxy, by %s", async (_, credentials) => {
  const server = new TokenServer();
  const challenge = 'Bearer realm="https://auth.r.test/token"';
  const request = { registry: 'r.test', name: 'app', scope: 's', credentials, insecure: false, signal: undefined };
  await authorize(server, challenge, { ...request, proxy: 'http://proxy.test:3128' });
  expect(server.asked).toMatchObject([{ proxy: 'http://proxy.test:3128' }]);
});
