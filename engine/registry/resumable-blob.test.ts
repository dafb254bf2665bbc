import { expect, test } from 'vitest';

import { blobOf, makeImageOf } from '#engine/testing/image-fixture.ts';
import { TestRegistry, type Fault, type RegistryOptions } from '#engine/testing/registry-server.ts';

import type { RemoteRepository } from './registry-client.ts';
import { bytesOf, repositoryAt } from './testing/asking.ts';

const image = await makeImageOf(1);
const blob = blobOf('application/octet-stream', Buffer.from('what a layer is made of; '.repeat(40_000)));
const { descriptor, bytes } = blob;

interface Source extends AsyncDisposable {
  readonly registry: TestRegistry;
  readonly repository: RemoteRepository;
}

async function start(options: RegistryOptions, ...faults: readonly Fault[]): Promise<Source> {
  const registry = await TestRegistry.start(options);
  registry.push('team/app:1.0', image);
  registry.putBlob(blob);
  for (const fault of faults) registry.fail(fault);
  const repository = repositoryAt(registry.host, 'team/app:1.0');
  return { registry, repository, [Symbol.asyncDispose]: () => registry[Symbol.asyncDispose]() };
}

const broken = (afterBytes: number, times: number): Fault => ({
  path: '/blobs/',
  times,
  answer: { kind: 'break', afterBytes },
});

test.each([
  ['goes on where it broke', {}],
  ['begins anew where a registry knows no ranges', { ignoresRanges: true }],
])('a transfer that is cut %s', async (_, options) => {
  await using source = await start(options, broken(300_000, 2));
  expect((await bytesOf(source.repository.blob(descriptor))).equals(bytes)).toBe(true);
  const ranges = source.registry.requests.map(({ headers }) => Number(headers.range?.match(/\d+/)?.[0] ?? 0));
  expect(ranges).toHaveLength(3);
  expect(ranges[0]).toBe(0);
  expect(ranges[1]).toBeGreaterThan(0);
  expect(ranges[2]).toBeGreaterThanOrEqual(ranges[1] ?? 0);
});

test('a connection that brings nothing again and again is given up on', async () => {
  await using source = await start({}, broken(0, Infinity));
  const reading = bytesOf(source.repository.blob(descriptor));
  await expect(reading).rejects.toMatchObject({ code: 'unavailable' });
  await expect(reading).rejects.toThrow(`after 0 of ${bytes.length} bytes`);
  await expect(reading).rejects.toThrow(source.registry.host);
});

test('a registry that refuses for now is asked as often as any, and quoted', async () => {
  const answer = { kind: 'status', status: 429, headers: { 'retry-after': '21600' } } as const;
  await using source = await start({}, { path: '/blobs/', answer });
  await expect(bytesOf(source.repository.blob(descriptor))).rejects.toThrow('wait 6 hours');
  expect(source.registry.requests).toHaveLength(1);
});

test('a blob that is longer than promised is left at once', async () => {
  await using source = await start({});
  const reading = bytesOf(source.repository.blob({ ...descriptor, size: 1000 }));
  await expect(reading).rejects.toMatchObject({ code: 'corrupt' });
  await expect(reading).rejects.toThrow('sends more than the 1000 bytes');
});

test('a blob that is shorter than promised is missed', async () => {
  await using source = await start({});
  const reading = bytesOf(source.repository.blob({ ...descriptor, size: bytes.length + 1 }));
  await expect(reading).rejects.toMatchObject({ code: 'unavailable' });
  await expect(reading).rejects.toThrow(`${bytes.length} of ${bytes.length + 1} bytes`);
});

test('a blob that is not there is missed in words', async () => {
  await using source = await start({});
  const none = blobOf('application/octet-stream', Buffer.from('none')).descriptor;
  const reading = bytesOf(source.repository.blob(none));
  await expect(reading).rejects.toMatchObject({ code: 'not-found' });
  await expect(reading).rejects.toThrow('blob unknown');
});

test('an empty blob is empty', async () => {
  await using source = await start({});
  const empty = blobOf('application/octet-stream', Buffer.alloc(0));
  source.registry.putBlob(empty);
  expect(await bytesOf(source.repository.blob(empty.descriptor))).toHaveLength(0);
});

test('who stops half-way closes the connection', async () => {
  await using source = await start({});
  const stop = new AbortController();
  const reading = (async () => {
    for await (const _ of source.repository.blob(descriptor, stop.signal)) stop.abort(new Error('enough'));
  })();
  await expect(reading).rejects.toThrow('enough');
});

test('another part than the one asked for is refused', async () => {
  const headers = { 'content-range': `bytes 900000-999999/${bytes.length}` };
  const other: Fault = { path: '/blobs/', times: 1, answer: { kind: 'status', status: 206, headers, body: 'x' } };
  await using source = await start({}, broken(300_000, 1), other);
  await expect(bytesOf(source.repository.blob(descriptor))).rejects.toThrow('sent another part of a layer');
});

test('storage at another host gets neither token nor password', async () => {
  await using storage = await TestRegistry.start();
  storage.push('team/app:1.0', image);
  storage.putBlob(blob);
  const login = { kind: 'basic', username: 'ann', password: 's3cret' } as const;
  await using registry = await TestRegistry.start({ login, blobHost: storage.host });
  registry.push('team/app:1.0', image);
  registry.putBlob(blob);
  const credentials = { kind: 'password', username: 'ann', password: 's3cret' } as const;
  const repository = repositoryAt(registry.host, 'team/app:1.0', { credentials });
  expect((await bytesOf(repository.blob(descriptor))).equals(bytes)).toBe(true);
  expect(registry.requests.some(({ headers }) => headers.authorization !== undefined)).toBe(true);
  expect(storage.requests).toHaveLength(1);
  expect(storage.requests[0]?.headers.authorization).toBeUndefined();
});

test('a registry that redirects in a circle is left', async () => {
  await using registry = await TestRegistry.start();
  registry.fail({
    path: '/v2/',
    answer: { kind: 'status', status: 307, headers: { location: `http://${registry.host}/v2/again` } },
  });
  const reading = bytesOf(repositoryAt(registry.host, 'team/app:1.0').blob(descriptor));
  await expect(reading).rejects.toMatchObject({ code: 'unavailable' });
  await expect(reading).rejects.toThrow('redirects in a circle');
});

test('a redirect to what is no web address is refused with its sender', async () => {
  await using registry = await TestRegistry.start();
  registry.fail({
    path: '/v2/',
    answer: { kind: 'status', status: 302, headers: { location: 'file:///etc/passwd' } },
  });
  const reading = bytesOf(repositoryAt(registry.host, 'team/app:1.0').blob(descriptor));
  await expect(reading).rejects.toThrow(`${registry.host} redirects to "file:///etc/passwd"`);
});
