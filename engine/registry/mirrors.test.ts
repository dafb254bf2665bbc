import { join } from 'node:path';

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';

import { parseReference } from '#engine/contract/reference.ts';
import { makeImage, makeImageOf } from '#engine/testing/image-fixture.ts';
import { TestRegistry } from '#engine/testing/registry-server.ts';
import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';

import type { HttpRegistryClient } from './http-registry-client.ts';
import { bytesOf, clientWith } from './testing/asking.ts';

const image = await makeImage([[{ name: 'large', body: Buffer.alloc(200_000, 1) }]], { compression: 'none' });
const [layer] = image.layers;
const blob = layer?.blob ?? image.config;
const owned = new AsyncDisposableStack();
let client: HttpRegistryClient;
let origin: TestRegistry;
let mirror: TestRegistry;
let dir = '';
beforeAll(async () => {
  dir = owned.use(await temporaryDirectory('mirrors')).path;
});
afterAll(() => owned.disposeAsync());
beforeEach(async (context) => {
  origin = owned.use(await TestRegistry.start());
  mirror = owned.use(await TestRegistry.start());
  client = clientWith(join(dir, `${context.task.id}.json`));
  origin.push('team/app:1', image);
  mirror.push('hub/team/app:1', image);
  await client.configure(origin.host, { mirrors: [`${mirror.host}/hub`] });
});

const repository = (actions: 'pull' | 'pull,push' = 'pull'): ReturnType<HttpRegistryClient['repository']> =>
  client.repository(parseReference(`${origin.host}/team/app:1`), { actions });

async function readAll(): Promise<void> {
  const from = repository();
  expect(await from.resolve('1')).toBe(image.manifest.descriptor.digest);
  expect((await from.document('1')).bytes).toEqual(image.manifest.bytes);
  expect(await bytesOf(from.blob(blob.descriptor))).toEqual(blob.bytes);
}

test('what a mirror has is read from there, and nothing is asked of the registry itself', async () => {
  await readAll();
  expect(origin.requests).toEqual([]);
});

test.each<[string, (mirror: TestRegistry) => Promise<void> | void]>([
  ['has nothing', () => mirror.fail({ path: '/', answer: { kind: 'status', status: 404 } })],
  ['wants a password', () => mirror.fail({ path: '/', answer: { kind: 'status', status: 401 } })],
  ['fails', () => mirror.fail({ path: '/', answer: { kind: 'status', status: 503, headers: { 'retry-after': '9' } } })],
  ['hangs up', () => mirror.fail({ path: '/', answer: { kind: 'hang-up' } })],
  ['is gone', () => mirror[Symbol.asyncDispose]()],
])('one that %s is passed over', async (_, spoil) => {
  await spoil(mirror);
  await readAll();
  expect(origin.requests.length).toBeGreaterThan(0);
});

test('where a mirror stops in the middle of a blob, the registry goes on', async () => {
  mirror.fail({ path: '/blobs/', times: 1, answer: { kind: 'break', afterBytes: 1000 } });
  mirror.fail({ path: '/blobs/', answer: { kind: 'status', status: 500 } });
  expect(await bytesOf(repository().blob(blob.descriptor))).toEqual(blob.bytes);
  const asked = origin.requests.find(({ path }) => path.includes('/blobs/'));
  expect(asked?.headers.range).toMatch(/^bytes=[1-9]\d*-$/);
});

test('a document that is not the one asked for is not taken from it', async () => {
  const { digest } = image.manifest.descriptor;
  mirror.putDocument('hub/team/app', digest, (await makeImageOf(2)).manifest);
  expect((await repository().document(digest)).bytes).toEqual(image.manifest.bytes);
});

test('the password for a registry is not shown to its mirror', async () => {
  const secret = { kind: 'password', username: 'ann', password: 'secret' } as const;
  const challenge = { 'www-authenticate': 'Basic realm="mirror"' };
  mirror.fail({ path: '/', answer: { kind: 'status', status: 401, headers: challenge } });
  const from = client.repository(parseReference(`${origin.host}/team/app:1`), { credentials: secret });
  await from.document('1');
  expect(mirror.requests.map(({ headers }) => headers.authorization).filter(Boolean)).toEqual([]);
});

test('what is pushed goes to the registry, and never to a mirror', async () => {
  await repository('pull,push').putDocument('2', image.manifest);
  expect([origin.count('PUT'), mirror.requests.length]).toEqual([1, 0]);
});
