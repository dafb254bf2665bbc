import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';

import type { ConnectedEngine } from '#engine/client/connect-engine.ts';

import { lacking } from './browser-app.ts';
import { openScene, storyArchive, type BrowserScene } from './browser-scene.ts';

let scene: BrowserScene;
let page: Page;
let engine: ConnectedEngine;
let withoutNetworks: string | undefined;

beforeAll(async () => {
  scene = await openScene([await storyArchive()]);
  ({ page, engine } = scene);
  withoutNetworks = await lacking(scene.app, 'networks');
});
beforeEach(({ skip }) => skip(withoutNetworks !== undefined, withoutNetworks));
afterAll(() => scene[Symbol.asyncDispose]());

async function run(name: string): Promise<void> {
  const request = { image: 'team/story:1.0', name, command: ['sleep', '1000'], tty: false, openStdin: false };
  const { id } = await engine.client.call('containers.create', request);
  await engine.client.call('containers.start', { id });
}

test('who is on a network, and who can reach whom, is seen as it happens', async () => {
  await page.getByRole('link', { name: 'Networks' }).click();
  const bridge = page.getByRole('grid').getByRole('row', { name: 'bridge' });
  await bridge.getByText('no container').waitFor();
  await run('web');
  await run('db');
  await bridge.getByRole('link', { name: 'web' }).waitFor();
  await bridge
    .getByText(/^\d+\.\d+\.\d+\.\d+$/)
    .first()
    .waitFor();
  const picture = page.getByRole('region', { name: 'Who can reach whom' });
  await picture.getByText('db is on bridge').waitFor({ state: 'attached' });
  await picture.getByRole('row', { name: /^web/ }).getByRole('cell', { name: 'db', exact: true }).waitFor();
});

test('a network is created, with what is wrong said in the form', async () => {
  await page.getByRole('button', { name: 'Create…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Create a network' });
  await dialog.getByRole('textbox', { name: 'Name' }).fill('backend');
  await dialog.getByRole('textbox', { name: 'Subnet' }).fill('nonsense');
  await dialog.getByRole('button', { name: 'Create' }).click();
  await dialog.getByText(/invalid subnet "nonsense"/).waitFor();
  await dialog.getByRole('textbox', { name: 'Subnet' }).fill('10.213.7.0/24');
  await dialog.getByRole('button', { name: 'Create' }).click();
  await page.getByRole('row', { name: 'backend' }).getByText('10.213.7.0/24').waitFor();
  const made = (await engine.client.call('networks.list', {})).find(({ name }) => name === 'backend');
  expect(made?.subnets).toEqual([{ subnet: '10.213.7.0/24', gateway: '10.213.7.1' }]);
});

test('a container is connected to it and disconnected from it, while it runs', async () => {
  await page.getByRole('grid').getByRole('link', { name: 'backend' }).click();
  await page.getByRole('button', { name: 'Connect a container…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Connect a container to backend' });
  await dialog.getByRole('button', { name: /Container$/ }).click();
  await page.getByRole('option', { name: 'web' }).click();
  await dialog.getByRole('textbox', { name: 'Other names for it' }).fill('front www');
  await dialog.getByRole('button', { name: 'Connect', exact: true }).click();
  await page.getByText('web is on backend').first().waitFor();
  const row = page.getByRole('row', { name: 'web' });
  await row.getByText(/^10\.213\.7\.\d+$/).waitFor();
  await row.getByText('www').waitFor();
  const details = await engine.client.call('containers.get', { id: 'web' });
  expect(Object.keys(details.summary.NetworkSettings.Networks).toSorted()).toEqual(['backend', 'bridge']);
  await row.getByRole('button', { name: 'Disconnect web' }).click();
  await page.getByText('Nobody is on it').waitFor();
  await page.getByRole('link', { name: 'Networks' }).first().click();
});

test('unused networks go after they were named', async () => {
  await page.getByRole('button', { name: 'Remove unused' }).click();
  const question = page.getByRole('alertdialog', { name: 'Remove this unused network?' });
  await question.getByText('backend').waitFor();
  await question.getByRole('button', { name: 'Remove' }).click();
  await page.getByText('1 unused network removed').waitFor();
  const names = (await engine.client.call('networks.list', {})).map(({ name }) => name);
  expect(names).toEqual(['bridge', 'host', 'none']);
});
