import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';

import { dockerConfigPath, readDockerCredentials } from './docker-config.ts';
import type { Credentials } from './registry-client.ts';

const auth = (pair: string): string => Buffer.from(pair).toString('base64');
const someone: Credentials = { kind: 'password', username: 'ann', password: 'a:b' };

test.each<[string, object, string, Credentials | undefined]>([
  ['a registry by its name', { 'r.test': { auth: auth('ann:a:b') } }, 'r.test', someone],
  ['a registry by its address', { 'https://r.test/': { auth: auth('ann:a:b') } }, 'r.test', someone],
  ['the hub by its old key', { 'https://index.docker.io/v1/': { auth: auth('ann:a:b') } }, 'docker.io', someone],
  ['a padded password', { 'r.test': { auth: auth('ann:a:b\0\0') } }, 'r.test', someone],
  [
    'an identity token',
    { 'r.test': { auth: auth('ann:'), identitytoken: 'it' } },
    'r.test',
    { kind: 'identity-token', token: 'it' },
  ],
  ['a registry token', { 'r.test': { registrytoken: 'rt' } }, 'r.test', { kind: 'registry-token', token: 'rt' }],
  ['another registry', { 'r.test': { auth: auth('ann:a:b') } }, 'other.test', undefined],
  ['a name that every object has', { 'r.test': { auth: auth('ann:a:b') } }, 'constructor', undefined],
  ['what a helper keeps', { 'r.test': {} }, 'r.test', undefined],
  ['what is no pair', { 'r.test': { auth: auth('nobody') } }, 'r.test', undefined],
])('%s', async (_, auths, registry, credentials) => {
  await using dir = await temporaryDirectory();
  const path = join(dir.path, 'config.json');
  await writeFile(path, JSON.stringify({ auths }));
  expect(await readDockerCredentials(registry, path)).toEqual(credentials);
});

test.each([['not json'], ['[]'], ['{"auths": 3}'], ['null']])('a file with %s has none', async (text) => {
  await using dir = await temporaryDirectory();
  const path = join(dir.path, 'config.json');
  await writeFile(path, text);
  expect(await readDockerCredentials('r.test', path)).toBeUndefined();
  expect(await readDockerCredentials('r.test', join(dir.path, 'none.json'))).toBeUndefined();
});

test("Docker's own variable says where the file is", () => {
  expect(dockerConfigPath({ DOCKER_CONFIG: '/srv/docker' })).toBe('/srv/docker/config.json');
  expect(dockerConfigPath({})).toMatch(/\/\.docker\/config\.json$/);
});
