import { randomBytes } from 'node:crypto';

import { expect, test } from 'vitest';

import { TestRegistry, type Fault } from '#engine/testing/registry-server.ts';
import { digestOf } from '#engine/testing/tar-fixture.ts';

import type { UploadSource } from './registry-client.ts';
import { repositoryAt } from './testing/asking.ts';

const small = Buffer.from('a small blob');
const large = randomBytes(20 * 1024 * 1024);

function stored(bytes: Buffer): UploadSource {
  return { descriptor: { digest: digestOf(bytes), size: bytes.length }, open: () => chunksOf(bytes) };
}

/** What is made on its way says only at its end what it is. */
function made(bytes: Buffer): UploadSource {
  return { open: () => chunksOf(bytes) };
}

async function* chunksOf(bytes: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 1_000_000) yield bytes.subarray(at, at + 1_000_000);
}

async function upload(source: UploadSource, ...faults: readonly Fault[]): Promise<TestRegistry> {
  const registry = await TestRegistry.start();
  for (const fault of faults) registry.fail(fault);
  await repositoryAt(registry.host, 'team/app:1', { actions: 'pull,push' }).upload(source);
  return registry;
}

test.each([
  ['a small blob in one request', stored(small), small, { PATCH: 0, PUT: 1 }],
  ['a large one in one piece', stored(large), large, { PATCH: 1, PUT: 1 }],
  ['one that is made on its way in pieces', made(large), large, { PATCH: 3, PUT: 1 }],
])('%s', async (_, source, bytes, requests) => {
  await using registry = await upload(source);
  expect(registry.blobAt(digestOf(bytes))?.equals(bytes)).toBe(true);
  expect({ PATCH: registry.count('PATCH'), PUT: registry.count('PUT') }).toEqual(requests);
});

test('progress ends with the size, and what was sent is described', async () => {
  await using registry = await TestRegistry.start();
  const told: number[] = [];
  const repository = repositoryAt(registry.host, 'team/app:1', { actions: 'pull,push' });
  const sent = await repository.upload(made(large), { onProgress: (current) => told.push(current) });
  expect(sent).toEqual({ digest: digestOf(large), size: large.length });
  expect(told.at(-1)).toBe(large.length);
  expect(told.toSorted((a, b) => a - b)).toEqual(told);
});

test.each([
  ['stored bytes', stored(large)],
  ['bytes made on their way', made(large)],
])('an upload that is cut goes on from what the registry has: %s', async (_, source) => {
  const cuts = [3_000_000, 2_000_000, 1_500_000].map((afterBytes): Fault => ({
    path: '/uploads/',
    method: 'PATCH',
    times: 1,
    answer: { kind: 'break', afterBytes },
  }));
  await using registry = await upload(source, ...cuts);
  expect(registry.blobAt(digestOf(large))?.equals(large)).toBe(true);
  const resumed = registry.requests
    .filter(({ method }) => method === 'PATCH')
    .map(({ headers }) => Number.parseInt(headers['content-range'] ?? '', 10));
  expect(resumed.slice(0, 4)).toEqual([0, 3_000_000, 5_000_000, 6_500_000]);
});

test('an upload that the registry has forgotten begins anew', async () => {
  await using registry = await TestRegistry.start();
  let isFirst = true;
  async function* forgetting(): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunksOf(large)) {
      yield chunk;
      if (isFirst) registry.forgetUploads();
      isFirst = false;
    }
  }
  const source = { ...stored(large), open: forgetting };
  await repositoryAt(registry.host, 'team/app:1', { actions: 'pull,push' }).upload(source);
  expect(registry.blobAt(digestOf(large))?.equals(large)).toBe(true);
  expect(registry.count('POST')).toBe(2);
});

test('a token that runs out while bytes are sent is renewed, and the piece sent again', async () => {
  await using registry = await TestRegistry.start({ login: { kind: 'anonymous-token' } });
  let isFirst = true;
  async function* source(): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunksOf(large)) {
      yield chunk;
      if (isFirst) registry.forgetTokens();
      isFirst = false;
    }
  }
  await repositoryAt(registry.host, 'team/app:1', { actions: 'pull,push' }).upload({ open: source });
  expect(registry.blobAt(digestOf(large))?.equals(large)).toBe(true);
  const scopes = registry.requests.filter(({ path }) => path.startsWith('/token')).map(({ path }) => path);
  expect(scopes).toHaveLength(2);
  expect(decodeURIComponent(scopes[0] ?? '')).toContain('repository:team/app:pull,push');
});

test.each([
  [413, 'too-large', 'takes no uploads as large'],
  [403, 'unauthenticated', 'push access denied for'],
  [507, 'unavailable', 'failed while taking'],
])('a registry that answers %i', async (status, code, words) => {
  const fault: Fault = { path: '/uploads/', method: 'PUT', answer: { kind: 'status', status } };
  const failing = upload(stored(small), fault);
  await expect(failing).rejects.toMatchObject({ code });
  await expect(failing).rejects.toThrow(words);
});

test('an upload is left when its signal fires', async () => {
  await using registry = await TestRegistry.start();
  const abort = new AbortController();
  async function* endless(): AsyncGenerator<Uint8Array> {
    yield* chunksOf(large);
    abort.abort(new Error('enough'));
    yield* chunksOf(large);
  }
  const repository = repositoryAt(registry.host, 'team/app:1', { actions: 'pull,push' });
  await expect(repository.upload({ open: endless }, { signal: abort.signal })).rejects.toThrow('enough');
  expect(registry.blobAt(digestOf(large))).toBeUndefined();
});
