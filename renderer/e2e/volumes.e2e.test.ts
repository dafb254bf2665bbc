import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';

import type { ConnectedEngine } from '#engine/client/connect-engine.ts';

import { openScene, storyArchive, type BrowserScene } from './browser-scene.ts';

let scene: BrowserScene;
let engine: ConnectedEngine;
let page: Page;

beforeAll(async () => {
  scene = await openScene([await storyArchive()]);
  ({ engine, page } = scene);
});
afterAll(() => scene[Symbol.asyncDispose]());

test('a volume is listed with its size and its user, and can be removed once nobody has it', async () => {
  await page.getByRole('link', { name: 'Volumes' }).click();
  await page.getByText('No volumes yet').waitFor();

  const { id } = await engine.client.call('containers.create', {
    image: 'team/story:1.0',
    name: 'keeper',
    command: ['true'],
    tty: false,
    openStdin: false,
    binds: ['notes:/srv/app'],
  });
  const row = page.getByRole('row', { name: /notes/ });
  await row.getByRole('link', { name: 'keeper' }).waitFor();
  // Filled with what the image has there.
  await row.getByText(/^900/).waitFor();
  expect(await row.getByRole('button', { name: 'notes is used by a container and stays' }).isDisabled()).toBe(true);

  await engine.client.call('containers.remove', { id });
  await row.getByText('no container').waitFor();
  await row.getByRole('button', { name: 'Remove notes' }).click();
  await page.getByText('No volumes yet').waitFor();
  await page.getByRole('button', { name: 'Undo' }).click();
  await row.getByText(/^900/).waitFor();
  await row.getByRole('button', { name: 'Remove notes' }).click();
  await page.getByText('No volumes yet').waitFor();
  expect(await engine.client.call('volumes.list', {})).toEqual([]);
});

test('where the trash keeps nothing, a volume goes only once a person has said so', async () => {
  await engine.client.call('trash.settings', { maxBytes: 0 });
  await engine.client.call('volumes.create', { name: 'precious', labels: {} });
  await page
    .getByRole('row', { name: /precious/ })
    .getByRole('link', { name: 'precious' })
    .click();
  await page.getByRole('heading', { name: 'precious' }).waitFor();
  const names = async (): Promise<readonly string[]> =>
    (await engine.client.call('volumes.list', {})).map(({ name }) => name);

  await page.getByRole('button', { name: 'Remove', exact: true }).click();
  const question = page.getByRole('alertdialog');
  await question.getByRole('button', { name: 'Cancel' }).click();
  expect(await names()).toEqual(['precious']);

  await page.getByRole('button', { name: 'Remove', exact: true }).click();
  await question.getByRole('button', { name: 'Remove' }).click();
  await page.getByText('No volumes yet').waitFor();
  expect(await names()).toEqual([]);
});
