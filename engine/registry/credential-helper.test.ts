import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { temporaryDirectory, type TemporaryDirectory } from '#engine/testing/temporary-directory.ts';

import { readDockerCredentials } from './docker-config.ts';

const auth = (pair: string): string => Buffer.from(pair).toString('base64');
const path = process.env['PATH'];
let dir: TemporaryDirectory;

async function helper(name: string, script: string): Promise<void> {
  const file = join(dir.path, `docker-credential-${name}`);
  await writeFile(file, `#!/bin/sh\n${script}\n`);
  await chmod(file, 0o755);
}

beforeAll(async () => {
  dir = await temporaryDirectory('helpers');
  process.env['PATH'] = `${dir.path}:${path ?? ''}`;
  await helper('echo', `read -r server; printf '{"Username":"ann","Secret":"%s %s"}' "$1" "$server"`);
  await helper('token', `printf '{"Username":"<token>","Secret":"it"}'`);
  await helper('empty', `echo 'credentials not found in native keychain'; exit 1`);
  await helper('odd', `printf '[1, 2'`);
});
afterAll(async () => {
  process.env['PATH'] = path;
  await dir[Symbol.asyncDispose]();
});

const password = (text: string): unknown => ({ kind: 'password', username: 'ann', password: text });

test.each<[string, object, string, unknown]>([
  ['the helper of the registry', { credHelpers: { 'r.test': 'echo' } }, 'r.test', password('get r.test')],
  [
    'the store of all of them, for the hub by its old name',
    { credsStore: 'echo' },
    'docker.io',
    password('get https://index.docker.io/v1/'),
  ],
  ['an identity token', { credsStore: 'token' }, 'r.test', { kind: 'identity-token', token: 'it' }],
  [
    'a helper before the store',
    { credsStore: 'token', credHelpers: { 'r.test': 'echo' } },
    'r.test',
    password('get r.test'),
  ],
  [
    'the file before the store',
    { credsStore: 'token', auths: { 'r.test': { auth: auth('ann:file') } } },
    'r.test',
    password('file'),
  ],
  ['one that knows nothing', { credsStore: 'empty' }, 'r.test', undefined],
  ['one that talks nonsense', { credsStore: 'odd' }, 'r.test', undefined],
  ['one that is not there', { credsStore: 'none' }, 'r.test', undefined],
  ['one with the path of another program', { credsStore: '../../bin/sh' }, 'r.test', undefined],
])('%s', async (_, config, registry, credentials) => {
  const file = join(dir.path, 'config.json');
  await writeFile(file, JSON.stringify(config));
  expect(await readDockerCredentials(registry, file)).toEqual(credentials);
});

test.each([
  ['team/app', 'app'],
  ['team/other', 'team'],
  ['else', 'all'],
])("podman's entry for the longest part of the name counts: %s", async (repository, secret) => {
  const file = join(dir.path, 'auth.json');
  const auths = {
    'r.test': { auth: auth('ann:all') },
    'r.test/team': { auth: auth('ann:team') },
    'r.test/team/app': { auth: auth('ann:app') },
  };
  await writeFile(file, JSON.stringify({ auths }));
  expect(await readDockerCredentials('r.test', file, repository)).toEqual(password(secret));
});
