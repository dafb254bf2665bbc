import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { temporaryDirectory, type TemporaryDirectory } from '#engine/testing/temporary-directory.ts';

import { CertificateFolder } from './certificate-folder.ts';

let place: TemporaryDirectory;
let folder: CertificateFolder;
beforeEach(async () => {
  place = await temporaryDirectory('certs');
  folder = new CertificateFolder(join(place.path, 'root/certs'));
});
afterEach(() => place[Symbol.asyncDispose]());

const certificate = async (name: string): Promise<X509Certificate> =>
  new X509Certificate(await readFile(join(folder.path, name, 'cert.pem')));
const keyText = (name: string): Promise<string> => readFile(join(folder.path, name, 'key.pem'), 'utf8');

test('an authority, a server and a client, whose keys only their owner reads', async () => {
  await folder.create(['builder.example', '10.1.2.3'], 30);
  expect((await folder.list()).map(({ name, names }) => [name, names])).toEqual([
    ['ca', []],
    ['server', ['builder.example', '10.1.2.3']],
    ['client', []],
  ]);
  for (const name of ['ca', 'server', 'client']) {
    expect((await stat(join(folder.path, name, 'key.pem'))).mode & 0o777).toBe(0o600);
    expect((await certificate(name)).checkPrivateKey(createPrivateKey(await keyText(name)))).toBe(true);
    expect((await certificate(name)).checkIssued(await certificate('ca'))).toBe(true);
  }
  expect((await stat(folder.path)).mode & 0o777).toBe(0o700);
  expect(await readdir(join(place.path, 'root'))).toEqual(['certs']);
});

test('what is there is never written over', async () => {
  await folder.create([], 30);
  const before = await keyText('ca');
  await expect(folder.create([], 30)).rejects.toMatchObject({ code: 'conflict', message: /certs renew/ });
  expect(await keyText('ca')).toBe(before);
  const other = new CertificateFolder(join(place.path, 'mine'));
  await mkdir(other.path);
  await writeFile(join(other.path, 'note'), '');
  await expect(other.create([], 30)).rejects.toMatchObject({ code: 'conflict' });
  expect(await readdir(place.path)).toEqual(['mine', 'root']);
});

test('one more client, of the same authority', async () => {
  await folder.create([], 30);
  await folder.addClient('laptop', 7);
  expect((await certificate('laptop')).checkIssued(await certificate('ca'))).toBe(true);
  expect((await folder.list()).map(({ name }) => name)).toEqual(['ca', 'server', 'client', 'laptop']);
  await expect(folder.addClient('laptop', 7)).rejects.toMatchObject({ code: 'conflict' });
});

test.each(['', '..', 'a/b', 'server', 'ca', '.hidden', 'a\0b', 'x'.repeat(64)])('%j is no client', async (name) => {
  await folder.create([], 30);
  await expect(folder.addClient(name, 7)).rejects.toMatchObject({ code: 'invalid-argument' });
});

test('a renewed certificate has the key and the names of the old one, and another end', async () => {
  await folder.create(['builder.example'], 30);
  const before = await Promise.all(['ca', 'server', 'client'].map((name) => certificate(name)));
  const keys = await Promise.all(['server', 'client'].map((name) => keyText(name)));
  expect(await folder.renew(300)).toEqual(['server', 'client']);
  const after = await Promise.all(['ca', 'server', 'client'].map((name) => certificate(name)));
  expect(after[0]?.raw).toEqual(before[0]?.raw);
  expect(after.slice(1).map(({ subject }) => subject)).toEqual(before.slice(1).map(({ subject }) => subject));
  expect(after[1]?.subjectAltName).toBe('DNS:builder.example');
  expect(await Promise.all(['server', 'client'].map((name) => keyText(name)))).toEqual(keys);
  for (const made of after.slice(1)) expect(Date.parse(made.validTo) - Date.now()).toBeGreaterThan(299 * 86_400_000);
});

test('where there are none, that is said', async () => {
  for (const ask of [() => folder.list(), () => folder.renew(1), () => folder.addClient('x', 1)]) {
    await expect(ask()).rejects.toMatchObject({ code: 'not-found', message: /estrato certs create/ });
  }
});
