import { readFile } from 'node:fs/promises';
import { request, type RequestOptions } from 'node:https';
import { join } from 'node:path';

import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';

import { makeCertificate } from '#engine/certificates/make-certificate.ts';
import type { ConnectedEngine } from '#engine/client/connect-engine.ts';
import { dockerArchive } from '#engine/testing/archive-fixture.ts';
import { type DebianRegistry, registryUser, startDebianRegistry } from '#engine/testing/debian-registry.ts';
import { makeStoryImage } from '#engine/testing/story-image.ts';

import { accessibilityFindings } from './accessibility.ts';
import { openScene, type BrowserScene } from './browser-scene.ts';

let scene: BrowserScene;
let engine: ConnectedEngine;
let page: Page;
let complaints: readonly string[];

const stack = new AsyncDisposableStack();
let registry: DebianRegistry;

beforeAll(async () => {
  registry = stack.use(await startDebianRegistry({ login: true }));
  const archive = await dockerArchive({ image: await makeStoryImage(), names: [`${registry.host}/team/story:1.0`] });
  scene = stack.use(await openScene([archive]));
  ({ engine, page, complaints } = scene);
  await page.getByRole('navigation').waitFor();
});
afterAll(() => stack.disposeAsync());
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await shot('registries-failed');
});

const shot = (name: string): Promise<void> => scene.shot(name);
function statusOf(url: string, options: RequestOptions): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const asked = request(url, options, (response) => resolve(response.resume().statusCode));
    asked.once('error', reject).end();
  });
}

const fill = (name: string, text: string): Promise<void> =>
  page.getByRole('dialog').getByRole('textbox', { name, exact: true }).fill(text);

test('one logs in to a registry, which is asked first, and the password is not seen again', async () => {
  await page.getByRole('link', { name: 'Registries' }).click();
  await page.getByText('None: registries are asked without a name.').waitFor();
  await page.getByRole('button', { name: 'Log in…' }).click();
  await fill('Registry', registry.host);
  await fill('User', registryUser.username);
  await fill('Password or token', 'wrong');
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').getByRole('alert').waitFor();
  await fill('Password or token', registryUser.password);
  await page.keyboard.press('Enter');
  const logins = page.getByRole('list', { name: 'Logins' });
  await logins.getByText(registryUser.username).waitFor();
  await logins.getByText('in a file that only you can read').waitFor();
  expect(await page.content()).not.toContain(registryUser.password);
  await shot('registries-light-en');
});

test('what a registry has is found from the pull dialog: all of it, by a part of its name, and its tags', async () => {
  const { job } = await engine.client.call('images.push', { reference: `${registry.host}/team/story:1.0` });
  const state = async (): Promise<string | undefined> =>
    (await engine.client.call('jobs.list', {})).find(({ id }) => id === job)?.state;
  await expect.poll(state, { timeout: 15_000 }).toBe('done');
  await page.getByRole('link', { name: 'Images', exact: true }).click();
  await page.getByRole('button', { name: 'Pull', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Pull an image' });
  await dialog.getByRole('button', { name: 'Find an image…' }).click();
  await dialog.getByRole('button', { name: /Registry/ }).click();
  await page.getByRole('option', { name: registry.host }).click();
  const term = dialog.getByRole('textbox', { name: 'Part of its name' });
  await term.press('Enter');
  await dialog.getByRole('option', { name: `${registry.host}/team/story` }).waitFor();
  await term.fill('nobody');
  await term.press('Enter');
  await dialog.getByText('Nothing is called so.').waitFor();
  await term.fill('stor');
  await dialog.getByRole('button', { name: 'Search', exact: true }).click();
  const found = dialog.getByRole('listbox', { name: 'Repositories that were found' });
  await found.getByRole('option').waitFor();
  await shot('pull-find-light-en');
  expect(await accessibilityFindings(page)).toEqual([]);
  await term.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  expect(await dialog.getByRole('textbox', { name: 'Image' }).inputValue()).toBe(`${registry.host}/team/story`);
  await dialog.getByRole('toolbar', { name: 'Tags of it there' }).getByRole('button', { name: '1.0' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('link', { name: 'Registries' }).click();
});

test('what the registry has is looked into, pulled, and taken away', async () => {
  await page.getByRole('list', { name: 'Logins' }).getByRole('link', { name: registry.host }).click();
  await page.getByRole('option', { name: 'team/story' }).click();
  await page.getByRole('row', { name: '1.0' }).waitFor();
  await shot('registry-light-en');
  await page.getByRole('button', { name: 'Pull 1.0' }).click();
  await page.getByText(/^Nothing to fetch: all/).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Remove 1.0' }).click();
  await page.getByText(/^It leads to [0-9a-f]{12}, for linux\/amd64\.$/).waitFor();
  await page.getByText('If need be the whole manifest').click();
  await shot('registry-remove');
  await page.getByRole('button', { name: 'Remove', exact: true }).click();
  await page
    .getByText(/is removed/)
    .first()
    .waitFor();
  await page
    .getByText(/has no tags|could not be had/)
    .first()
    .waitFor();
});

test('how a registry is reached is said once, and kept: mirrors, a proxy, an authority', async () => {
  await page.getByRole('link', { name: 'Registries' }).first().click();
  await page.getByText('Each is asked itself, by HTTPS, as this machine is set up.').waitFor();
  await page.getByRole('button', { name: 'Say how one is reached…' }).click();
  await fill('Registry', 'hub.example:5000');
  await fill('Mirrors', 'one.example\n\ntwo.example:5000');
  await fill('Proxy', 'http://ann:secret@proxy.example:3128');
  await page.getByRole('dialog').getByText('Without protection').click();
  await shot('registry-reach-light-en');
  expect(await accessibilityFindings(page)).toEqual([]);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  const list = page.getByRole('list', { name: 'How registries are reached' });
  await list
    .getByText(/^first one\.example, two\.example:5000 · through http:.*any certificate, and plain HTTP$/)
    .waitFor();
  expect(await page.content()).not.toContain('secret');
  await page.getByRole('button', { name: 'Change… how hub.example:5000 is reached' }).click();
  await fill('Mirrors', '');
  await page.getByRole('dialog').getByText('Without protection').click();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await list.getByText(/^through http:[^·]*$/).waitFor();
  const [kept] = await engine.client.call('registries.settings', {});
  expect(kept).toMatchObject({ registry: 'hub.example:5000', mirrors: [], insecure: false });
  // Said again it would have lost its password, which stands in the file alone.
  const file = await readFile(join(scene.app.dataRoot, 'registries.json'), 'utf8');
  expect(file).toContain('ann:secret');
});

test('what an address of a proxy may not be is said where it was written', async () => {
  await page.getByRole('button', { name: 'Change… how hub.example:5000 is reached' }).click();
  await fill('Proxy', 'gopher://proxy');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('dialog').getByRole('alert').waitFor();
  await fill('Proxy', '');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('Each is asked itself, by HTTPS, as this machine is set up.').waitFor();
});

test('this machine is a registry until the switch is off, whether or not the window stays', async () => {
  await page.getByRole('textbox', { name: 'Address' }).fill('127.0.0.1:0');
  await page.getByText('Serve the images').click();
  const address = await page.getByRole('status').locator('code').textContent();
  const catalogue = await fetch(`${address}/v2/_catalog`);
  expect(await catalogue.text()).toContain('team/story');
  await page.reload();
  await page
    .getByRole('status')
    .getByText(address ?? '')
    .waitFor();
  expect((await fetch(`${address}/v2/`)).status).toBe(200);
  await page.getByText('Serve the images').click();
  await expect
    .poll(() =>
      fetch(`${address}/v2/`).then(
        () => 'answers',
        () => 'gone',
      ),
    )
    .toBe('gone');
});

test('it is served encrypted and to who knows the password, from a certificate and a key in files', async () => {
  const { certificate, key } = makeCertificate({
    role: 'server',
    commonName: 'this machine',
    names: ['127.0.0.1'],
    days: 1,
  });
  const serve = page.getByRole('switch', { name: /^Serve the images/ });
  await page.getByText('Ask for a password').click();
  expect(await serve.isDisabled()).toBe(true);
  await page.getByRole('textbox', { name: 'User' }).fill('ann');
  await page.getByRole('textbox', { name: 'Password', exact: true }).fill('correct horse');
  await page.locator('label', { hasText: /^Encrypt/ }).click();
  for (const [label, text] of [
    ['Certificate', certificate],
    ['Private key', key],
  ] as const) {
    const choosing = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: `From a file… ${label}` }).click();
    const buffer = Buffer.from(text);
    await (await choosing).setFiles({ name: 'one.pem', mimeType: 'application/x-pem-file', buffer });
  }
  await shot('registries-serve-light-en');
  expect(await accessibilityFindings(page)).toEqual([]);
  await page.getByText('Serve the images').click();
  const address = (await page.getByRole('status').locator('code').textContent()) ?? '';
  expect(address).toMatch(/^https:/);
  await page.getByRole('status').getByText('asks for a password').waitFor();
  const asked = { ca: certificate, auth: '' };
  expect(await statusOf(`${address}/v2/`, asked)).toBe(401);
  expect(await statusOf(`${address}/v2/`, { ...asked, auth: 'ann:correct horse' })).toBe(200);
  await page.getByText('Serve the images').click();
  // Whoever comes back finds neither the password nor the key.
  await page.getByRole('textbox', { name: 'Password', exact: true }).waitFor();
  expect(await page.getByRole('textbox', { name: 'Password', exact: true }).inputValue()).toBe('');
  expect(await page.getByRole('textbox', { name: 'Private key' }).inputValue()).toBe('');
});

test('one logs out', async () => {
  await page.getByRole('button', { name: `Log out of ${registry.host}` }).click();
  await page.getByText('None: registries are asked without a name.').waitFor();
  expect(await engine.client.call('registries.logins', {})).toEqual([]);
  expect(complaints).toEqual([]);
});
