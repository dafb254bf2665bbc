import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';

import type { ConnectedEngine } from '#engine/client/connect-engine.ts';
import { dockerArchive } from '#engine/testing/archive-fixture.ts';
import { type DebianRegistry, registryUser, startDebianRegistry } from '#engine/testing/debian-registry.ts';
import { makeStoryImage } from '#engine/testing/story-image.ts';

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

test('what the registry has is looked into, pulled, and taken away', async () => {
  const { job } = await engine.client.call('images.push', { reference: `${registry.host}/team/story:1.0` });
  const state = async (): Promise<string | undefined> =>
    (await engine.client.call('jobs.list', {})).find(({ id }) => id === job)?.state;
  await expect.poll(state, { timeout: 15_000 }).toBe('done');
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

test('this machine is a registry for as long as the switch is on', async () => {
  await page.getByRole('link', { name: 'Registries' }).first().click();
  await page.getByRole('textbox', { name: 'Address' }).fill('127.0.0.1:0');
  await page.getByText('Serve the images').click();
  const address = await page.getByRole('status').locator('code').textContent();
  const catalogue = await fetch(`${address}/v2/_catalog`);
  expect(await catalogue.text()).toContain('team/story');
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

test('one logs out', async () => {
  await page.getByRole('button', { name: `Log out of ${registry.host}` }).click();
  await page.getByText('None: registries are asked without a name.').waitFor();
  expect(await engine.client.call('registries.logins', {})).toEqual([]);
  expect(complaints).toEqual([]);
});
