import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';

import { TestRegistry } from '#engine/testing/registry-server.ts';
import { temporaryDirectory, type TemporaryDirectory } from '#engine/testing/temporary-directory.ts';

import { HttpRegistryClient } from './http-registry-client.ts';
import { clientWith } from './testing/asking.ts';

const who = { username: 'ann', password: 'correct horse' };
const ann = { kind: 'password', ...who } as const;
const environment = { PATH: process.env['PATH'], DBUS_SESSION_BUS_ADDRESS: process.env['DBUS_SESSION_BUS_ADDRESS'] };
const owned = new AsyncDisposableStack();
let dir: TemporaryDirectory;
let registry: TestRegistry;
beforeAll(async () => {
  registry = owned.use(await TestRegistry.start({ login: { kind: 'basic', ...who } }));
});
beforeEach(async () => {
  dir = owned.use(await temporaryDirectory('logins'));
  delete process.env['DBUS_SESSION_BUS_ADDRESS'];
});
afterAll(async () => {
  Object.assign(process.env, environment);
  await owned.disposeAsync();
});

const path = (): string => join(dir.path, 'registries.json');
const ask = (client: HttpRegistryClient): Promise<unknown> => client.repositories(registry.host);

test('what a registry accepts is kept in a file that only its owner reads, for the next engine too', async () => {
  const client = clientWith(path());
  expect(await client.keepLogin(registry.host, ann)).toBe('file');
  expect((await stat(path())).mode & 0o777).toBe(0o600);
  expect(await readdir(dir.path)).toEqual(['registries.json']);
  const next = clientWith(path());
  expect(await next.logins()).toEqual([{ registry: registry.host, username: 'ann', kept: 'file' }]);
  // Past the door: there is only no such list.
  await expect(ask(next)).rejects.toMatchObject({ code: 'unsupported' });
  await next.forgetLogin(registry.host);
  await expect(ask(next)).rejects.toMatchObject({ code: 'unauthenticated' });
  expect(await readFile(path(), 'utf8')).not.toContain('horse');
});

test('what it refuses is not kept, and the password is in no sentence', async () => {
  const client = clientWith(path());
  const refused = client.keepLogin(registry.host, { ...ann, password: 'wrong horse' });
  await expect(refused).rejects.toMatchObject({ code: 'unauthenticated' });
  await expect(refused).rejects.not.toThrow('wrong horse');
  expect(await client.logins()).toEqual([]);
  expect(await readdir(dir.path)).toEqual([]);
});

test("a desktop's keychain has it where there is one, and the file only says so", async () => {
  const helper = join(dir.path, 'docker-credential-secretservice');
  const kept = join(dir.path, 'keychain');
  await writeFile(
    helper,
    `#!/bin/sh\ncase "$1" in store) cat >'${kept}';; get) cat '${kept}' && cat >/dev/null;; erase) rm '${kept}';; esac\n`,
  );
  await chmod(helper, 0o755);
  Object.assign(process.env, {
    PATH: `${dir.path}:${environment.PATH ?? ''}`,
    DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent',
  });
  const client = clientWith(path());
  expect(await client.keepLogin(registry.host, ann)).toBe('keychain');
  expect(await readFile(path(), 'utf8')).not.toContain('horse');
  expect(JSON.parse(await readFile(kept, 'utf8'))).toEqual({
    ServerURL: registry.host,
    Username: 'ann',
    Secret: ann.password,
  });
  await expect(ask(clientWith(path()))).rejects.toMatchObject({ code: 'unsupported' });
  await client.forgetLogin(registry.host);
  expect(await readdir(dir.path)).not.toContain('keychain');
});

test("a window's login is sealed by the key that the desktop lends, and waits for it in the next engine", async () => {
  const key = randomBytes(32);
  const client = clientWith(path());
  client.lendLoginKey(key);
  expect(await client.keepLogin(registry.host, ann, { isSealed: true })).toBe('keychain');
  const written = await readFile(path(), 'utf8');
  expect(written).not.toContain('horse');
  expect(written).not.toContain(key.toString('base64'));
  await expect(ask(client)).rejects.toMatchObject({ code: 'unsupported' });
  const next = clientWith(path());
  expect(await next.logins()).toEqual([{ registry: registry.host, username: 'ann', kept: 'keychain' }]);
  await expect(ask(next)).rejects.toThrow(
    "sealed by the desktop's keychain: open Estrato's window, or log in once more",
  );
  next.lendLoginKey(randomBytes(32));
  await expect(ask(next)).rejects.toMatchObject({ code: 'unauthenticated' });
  next.lendLoginKey(key);
  await expect(ask(next)).rejects.toMatchObject({ code: 'unsupported' });
  // Who logs in from the command line must be able to go on without a window.
  expect(await next.keepLogin(registry.host, ann)).toBe('file');
  await expect(ask(clientWith(path()))).rejects.toMatchObject({ code: 'unsupported' });
});

test('without a key, what was to be sealed is kept as before', async () => {
  const client = clientWith(path());
  expect(await client.keepLogin(registry.host, ann, { isSealed: true })).toBe('file');
  await expect(ask(clientWith(path()))).rejects.toMatchObject({ code: 'unsupported' });
});

test("logins of docker's are listed, and never written", async () => {
  const configPath = join(dir.path, 'config.json');
  const text = JSON.stringify({
    auths: { 'https://index.docker.io/v1/': { auth: Buffer.from('bob:secret').toString('base64') }, 'r.test': {} },
  });
  await writeFile(configPath, text);
  const client = new HttpRegistryClient({ configPath, knownPath: path() });
  expect(await client.logins()).toEqual([
    { registry: 'docker.io', username: 'bob', kept: 'foreign' },
    { registry: 'r.test', kept: 'foreign' },
  ]);
  await expect(client.forgetLogin('docker.io')).rejects.toMatchObject({ code: 'not-found' });
  expect(await readFile(configPath, 'utf8')).toBe(text);
});

test('a file that is there and cannot be read is not taken for none', async () => {
  await mkdir(path());
  expect(() => clientWith(path())).toThrow('put it right, or remove it');
});

test('a file that makes no sense is not overwritten', async () => {
  await writeFile(path(), '{"registries": 7}');
  expect(() => clientWith(path())).toThrow('put it right, or remove it');
});

test('changes at the same moment are both kept', async () => {
  await using other = await TestRegistry.start({ login: { kind: 'basic', ...who } });
  const client = clientWith(path());
  await Promise.all([client.keepLogin(registry.host, ann), client.keepLogin(other.host, ann)]);
  const kept = await clientWith(path()).logins();
  expect(kept.map((login) => login.registry)).toEqual([registry.host, other.host].toSorted());
});
