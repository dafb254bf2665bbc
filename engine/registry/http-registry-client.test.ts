import { createServer } from 'node:net';
import { once } from 'node:events';

import { expect, test } from 'vitest';

import type { ErrorCode } from '#engine/contract/errors.ts';
import { parseReference } from '#engine/contract/reference.ts';
import { OCI_MANIFEST } from '#engine/oci/media-types.ts';
import { document, makeImageOf } from '#engine/testing/image-fixture.ts';
import { TestRegistry, type Fault } from '#engine/testing/registry-server.ts';
import { digestOf } from '#engine/testing/tar-fixture.ts';

import { Endpoint } from './endpoint.ts';
import { clientWith, repositoryAt } from './testing/asking.ts';
import { Transport, type HttpRequest, type HttpResponse } from './transport.ts';

const image = await makeImageOf(1);
const { digest } = image.manifest.descriptor;

async function start(...faults: readonly Fault[]): Promise<TestRegistry> {
  const registry = await TestRegistry.start();
  registry.push('team/app:1.0', image);
  for (const fault of faults) registry.fail(fault);
  return registry;
}

test('a tag leads to its digest, and a registry without HEAD to none', async () => {
  await using registry = await start();
  expect(await repositoryAt(registry.host, 'team/app:1.0').resolve('1.0')).toBe(digest);
  await using silent = await TestRegistry.start({ ignoresHead: true });
  silent.push('team/app:1.0', image);
  expect(await repositoryAt(silent.host, 'team/app:1.0').resolve('1.0')).toBeUndefined();
});

test('connections serve one question after the other, and who was found to speak no TLS is not tried with it again', async () => {
  await using registry = await start();
  const client = clientWith('/nonexistent/registries.json');
  for (let operation = 0; operation < 3; operation += 1) {
    const repository = client.repository(parseReference(`${registry.host}/team/app:1.0`));
    await repository.resolve('1.0');
    expect(await repository.has('manifests', digest)).toBe(true);
    expect(await repository.has('blobs', digestOf(Buffer.from('not there')))).toBe(false);
  }
  expect(registry.requests).toHaveLength(9);
  // One was the try with TLS; a question may come in the instant before the one before it is through.
  expect(registry.connections).toBeLessThanOrEqual(3);
});

test('a manifest is found by tag and by digest, with what is true of its bytes', async () => {
  await using registry = await start();
  const repository = repositoryAt(registry.host, 'team/app:1.0');
  const [byTag, byDigest] = [await repository.document('1.0'), await repository.document(digest)];
  expect(byTag).toEqual(byDigest);
  expect(byTag.descriptor).toEqual(image.manifest.descriptor);
  expect(Buffer.from(byTag.bytes)).toEqual(image.manifest.bytes);
  expect(registry.requests[0]?.headers.accept).toContain(OCI_MANIFEST);
});

test.each([
  ['tag', '2.0', 'manifest for HOST/team/app:2.0 not found: manifest unknown: manifest unknown'],
  ['repository', undefined, 'repository HOST/team/none not found: name unknown: name unknown'],
])('a %s that is not there is missed in the words that Docker uses', async (_, tag, sentence) => {
  await using registry = await start();
  const name = tag === undefined ? 'team/none:1.0' : `team/app:${tag}`;
  const asking = repositoryAt(registry.host, name).document(tag ?? '1.0');
  await expect(asking).rejects.toMatchObject({ code: 'not-found' });
  await expect(asking).rejects.toThrow(sentence.replace('HOST', registry.host));
});

test('what is no registry is said to be none, perhaps', async () => {
  await using registry = await start({
    path: '/v2/',
    answer: { kind: 'status', status: 404, body: '<html>Not here</html>' },
  });
  await expect(repositoryAt(registry.host, 'team/app:1.0').document('1.0')).rejects.toThrow(
    `${registry.host} knows no such image, or is not a registry (status 404); check the name.`,
  );
});

test('nothing that listens is said with host and port', async () => {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  const host = `127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  probe.close();
  await once(probe, 'close');
  const asking = repositoryAt(host, 'team/app:1.0').document('1.0');
  await expect(asking).rejects.toMatchObject({ code: 'unavailable' });
  await expect(asking).rejects.toThrow(
    `The registry ${host} can't be reached: nothing listens at 127.0.0.1 port ${host.split(':')[1]} (connection refused)`,
  );
});

test('a registry that is restarting is asked again', async () => {
  await using registry = await start({ path: '/manifests/', times: 2, answer: { kind: 'status', status: 503 } });
  expect((await repositoryAt(registry.host, 'team/app:1.0').document('1.0')).descriptor.digest).toBe(digest);
  expect(registry.count('GET', '/manifests/')).toBe(3);
});

test('a connection that breaks without a word is made again', async () => {
  await using registry = await start({ path: '/manifests/', times: 1, answer: { kind: 'hang-up' } });
  const plain = repositoryAt(registry.host, 'team/app:1.0');
  expect((await plain.document('1.0')).descriptor.digest).toBe(digest);
});

test('a registry that stays broken is given up on, and named', async () => {
  await using registry = await start({ path: '/manifests/', answer: { kind: 'status', status: 500 } });
  const asking = repositoryAt(registry.host, 'team/app:1.0').document('1.0');
  await expect(asking).rejects.toMatchObject({ code: 'unavailable' });
  await expect(asking).rejects.toThrow(`The registry ${registry.host} failed while sending`);
  expect(registry.count('GET', '/manifests/')).toBe(3);
});

const tooMany = JSON.stringify({ errors: [{ code: 'TOOMANYREQUESTS', message: 'You have reached your\nlimit' }] });

test('who pulls too much and is told to come back soon comes back', async () => {
  const headers = { 'retry-after': '0' };
  await using registry = await start({ path: '/v2/', times: 1, answer: { kind: 'status', status: 429, headers } });
  expect(await repositoryAt(registry.host, 'team/app:1.0').resolve('1.0')).toBe(digest);
});

test('who pulls too much and is told to come back tomorrow is told so at once', async () => {
  const headers = { 'retry-after': '86400', 'ratelimit-limit': '100;w=21600' };
  const answer = { kind: 'status', status: 429, headers, body: tooMany } as const;
  await using registry = await start({ path: '/manifests/', answer });
  const asking = repositoryAt(registry.host, 'team/app:1.0').document('1.0');
  await expect(asking).rejects.toMatchObject({ code: 'unavailable' });
  await expect(asking).rejects.toThrow(
    `${registry.host} limits how much can be pulled from here, to 100 in 6 hours (toomanyrequests: You have reached your limit); wait 24 hours, or sign in`,
  );
  expect(registry.requests).toHaveLength(1);
});

const wrong = digestOf('something else');

test.each<[string, Buffer, Record<string, string>, ErrorCode, string]>([
  ['is larger than any', Buffer.alloc(4 * 1024 * 1024 + 1, ' '), {}, 'too-large', 'larger than 4 MiB'],
  ['is no JSON', Buffer.from('<html>'), {}, 'corrupt', 'The manifest of'],
  ['is cut off', image.manifest.bytes.subarray(0, -1), {}, 'corrupt', 'The manifest of'],
  ['is neither manifest nor index', Buffer.from('{"schemaVersion":2}'), {}, 'corrupt', 'neither the manifest'],
  ['is both', Buffer.from('{"schemaVersion":2,"layers":[],"manifests":[]}'), {}, 'corrupt', 'neither the manifest'],
  ['is of format 1', Buffer.from('{"schemaVersion":1,"layers":[]}'), {}, 'unsupported', 'image format 1'],
  ['has another digest', image.manifest.bytes, { 'docker-content-digest': wrong }, 'corrupt', `where ${wrong} was`],
])('a document that %s is refused in a sentence', async (_, bytes, headers, ...[code, sentence]) => {
  const known = { 'docker-content-digest': digestOf(bytes), ...headers };
  await using registry = await start({ path: '/manifests/', answer: { kind: 'bytes', bytes, headers: known } });
  const asking = repositoryAt(registry.host, 'team/app:1.0').document('1.0');
  await expect(asking).rejects.toMatchObject({ code });
  await expect(asking).rejects.toThrow(sentence);
  await expect(asking).rejects.toThrow(`${registry.host}/team/app:1.0`);
});

test('a document by digest has to have it, whatever the registry announces', async () => {
  await using registry = await start();
  registry.putDocument('team/app', wrong, image.manifest);
  const asking = repositoryAt(registry.host, `team/app@${wrong}`).document(wrong);
  await expect(asking).rejects.toMatchObject({ code: 'corrupt' });
  await expect(asking).rejects.toThrow(`arrived as ${digest} where ${wrong} was promised; nothing was pulled`);
});

test('a document that calls itself otherwise than the registry is refused', async () => {
  await using registry = await start();
  const liar = document('application/vnd.oci.image.index.v1+json', JSON.parse(image.manifest.bytes.toString()));
  registry.putDocument('team/app', 'liar', liar);
  await expect(repositoryAt(registry.host, 'team/app:liar').document('liar')).rejects.toThrow('calls itself');
});

test('whoever stops while a registry is silent is let go', async () => {
  const answered = Promise.withResolvers<undefined>();
  await using registry = await start({ path: '/manifests/', answer: { kind: 'wait', until: answered.promise } });
  const stop = new AbortController();
  const asking = repositoryAt(registry.host, 'team/app:1.0').document('1.0', stop.signal);
  stop.abort(new Error('enough'));
  await expect(asking).rejects.toThrow(/enough|abort/i);
  answered.resolve(undefined);
});

/** Says where it was sent, and that nobody is there. */
class Signpost extends Transport {
  readonly urls: string[] = [];

  override send(url: URL, _: HttpRequest): Promise<HttpResponse> {
    this.urls.push(url.href);
    return Promise.reject(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }));
  }
}

test.each([
  ['redis', false, ['https://registry-1.docker.io/v2/library/redis/manifests/latest']],
  ['ghcr.io/team/app:1', false, ['https://ghcr.io/v2/team/app/manifests/1']],
  ['r.test:5000/a/b/c:1', false, ['https://r.test:5000/v2/a/b/c/manifests/1']],
  ['r.test/app:1', true, ['https://r.test/v2/app/manifests/1', 'http://r.test/v2/app/manifests/1']],
])('%s is asked for at its registry', async (name, insecure, urls) => {
  const { registry, repository, tag = 'latest' } = parseReference(name);
  const transport = new Signpost();
  const endpoint = new Endpoint(transport, {
    registry,
    repository,
    name,
    credentials: () => Promise.resolve(undefined),
    insecure,
    retry: { attempts: 1, firstPauseMs: 1 },
  });
  await expect(endpoint.ask(`manifests/${tag}`, { method: 'GET' })).rejects.toMatchObject({ code: 'unavailable' });
  expect(transport.urls).toEqual(urls);
});

test.each([
  ['90', 'wait 90 seconds'],
  ['900', 'wait 15 minutes'],
  ['21600', 'wait 6 hours'],
])('a registry that asks to be left alone for %s seconds is quoted with that', async (after, words) => {
  const headers = { 'retry-after': after };
  await using registry = await start({ path: '/manifests/', answer: { kind: 'status', status: 429, headers } });
  const asking = repositoryAt(registry.host, 'team/app:1.0').document('1.0');
  await expect(asking).rejects.toMatchObject({ code: 'unavailable' });
  await expect(asking).rejects.toThrow(words);
  expect(registry.count('GET', '/manifests/')).toBe(1);
});
