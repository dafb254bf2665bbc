import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';

import type { ConnectedEngine } from '#engine/client/connect-engine.ts';
import { dockerArchive } from '#engine/testing/archive-fixture.ts';
import { makeImage } from '#engine/testing/image-fixture.ts';
import { tarOf } from '#engine/testing/tar-fixture.ts';

import { loadArchive, type BrowserApp } from './browser-app.ts';
import { openScene, type BrowserScene } from './browser-scene.ts';

let scene: BrowserScene;
let app: BrowserApp;
let engine: ConnectedEngine;
let page: Page;

const base = [{ name: 'base', body: 'x'.repeat(300_000) }];

async function add(name: string, body: string): Promise<void> {
  const image = await makeImage([base, [{ name: 'own', body }]]);
  await loadArchive(app, await dockerArchive({ image, names: [name] }));
}

beforeAll(async () => {
  scene = await openScene();
  ({ app, engine, page } = scene);
  await add('app:1', 'one'.repeat(30_000));
  await add('app:2', 'two'.repeat(20_000));
  await add('app:3', 'three'.repeat(10_000));
});
afterAll(() => scene[Symbol.asyncDispose]());

const row = (name: RegExp) => page.getByRole('row', { name });
const tags = async () => (await engine.client.call('images.list', {})).flatMap(({ RepoTags }) => RepoTags).toSorted();

test('images that are chosen say what removing them frees, and go together after a preview to the byte', async () => {
  await page.getByRole('link', { name: /^Images/ }).click();
  await row(/app 1/).locator('.check-box').click();
  await row(/app 2/).locator('.check-box').click();
  const bar = page.getByRole('toolbar', { name: 'The images that are chosen' });
  await bar.getByText('2 images chosen').waitFor();
  await bar.getByText(/Removing these frees .* \(.* is shared\)/).waitFor();
  await bar.getByRole('button', { name: 'Remove' }).click();
  const question = page.getByRole('alertdialog', { name: 'Remove 2 images?' });
  await question.getByText(/^Frees .* stays, shared with app:3\.$/).waitFor();
  await question.getByRole('button', { name: 'Remove', exact: true }).click();
  await page.getByText('2 images removed').waitFor();
  await page.getByText(/in the trash, as promised/).waitFor();
  await expect.poll(tags).toEqual(['app:3']);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect.poll(tags).toEqual(['app:1', 'app:2', 'app:3']);
});

test('a container that has an image is named where the image can not go', async () => {
  const container = { image: 'app:3', name: 'holder', command: ['/own'], env: [], tty: false, openStdin: false };
  await engine.client.call('containers.create', container);
  await row(/app 3/).focus();
  await page.keyboard.press('Delete');
  const question = page.getByRole('alertdialog', { name: 'Remove app:3?' });
  await question.getByText('is used by the stopped container').waitFor();
  expect(await question.getByRole('button', { name: 'Remove', exact: true }).isDisabled()).toBe(true);
  await question.getByRole('link', { name: 'holder' }).click();
  await page.getByRole('heading', { name: 'holder' }).waitFor();
  // It belongs to the screen that was left.
  await question.waitFor({ state: 'hidden' });
  await engine.client.call('containers.remove', { id: 'holder' });
  await engine.client.call('trash.empty', {});
});

test('a removed image waits in the trash, and a tag that leads elsewhere by now is asked about', async () => {
  await engine.client.call('images.remove', { image: 'app:1' });
  await engine.client.call('images.tag', { image: 'app:2', reference: 'app:1' });
  await page.getByRole('link', { name: /^Trash/ }).click();
  await row(/app:1/).getByText('image', { exact: true }).waitFor();
  await row(/app:1/).getByRole('button', { name: 'Restore' }).click();
  const question = page.getByRole('dialog', { name: 'Bring app:1 back with its tags?' });
  await question.getByRole('button', { name: 'Take them back' }).click();
  await page.getByText('app:1 is back').waitFor();
  const images = await engine.client.call('images.list', {});
  expect(images.map(({ RepoTags }) => RepoTags.join(' ')).toSorted()).toEqual(['app:1', 'app:2', 'app:3']);
});

test('a tag is led back to what it was from the history of its image', async () => {
  await engine.client.call('images.tag', { image: 'app:2', reference: 'app:3' });
  await page.getByRole('link', { name: /^Images/ }).click();
  await row(/was app:3 until/).waitFor();
  await row(/app 2 3/).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('tab', { name: 'Tags' }).click();
  await page
    .getByRole('button', { name: /^Lead app:3 to / })
    .first()
    .click();
  await page.getByText(/^app:3 is \w+ again$/).waitFor();
  const images = await engine.client.call('images.list', {});
  expect(images.map(({ RepoTags }) => RepoTags.join(' ')).toSorted()).toEqual(['app:1', 'app:2', 'app:3']);
});

test('the store is counted in the settings, verified from there, and cleaned up', async () => {
  await page.getByRole('link', { name: /^Settings/ }).click();
  const storage = page.getByRole('region', { name: 'Storage of images' });
  await storage.getByText('3 images, 4 layers').waitFor();
  await storage.getByText('Not all of it verified yet').waitFor();
  await storage.getByRole('button', { name: 'Verify' }).click();
  await storage.getByText('Everything is what it is called.').waitFor();
  await storage.getByRole('button', { name: 'Clean up…' }).click();
  const question = page.getByRole('alertdialog', { name: 'Remove every image that no container has?' });
  await question.getByText(/^Frees /).waitFor();
  await question.locator('label', { hasText: 'Remove for good' }).click();
  await question.getByRole('button', { name: 'Remove', exact: true }).click();
  await page.getByText(/freed, as promised/).waitFor();
  await expect.poll(tags).toEqual([]);
  await expect.poll(async () => (await engine.client.call('images.storage', {})).totalBytes).toBe(0);
});

test('a tar of a root file system becomes an image, and what is none says so in the dialog', async () => {
  await page.getByRole('link', { name: /^Images/ }).click();
  await page.getByRole('button', { name: 'Import…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Import a root file system' });
  const choose = async (name: string, buffer: Buffer): Promise<void> => {
    const chooser = page.waitForEvent('filechooser');
    await dialog.getByRole('button', { name: 'Choose a tar…' }).click();
    await (await chooser).setFiles({ name, mimeType: 'application/x-tar', buffer });
  };
  await choose('letter.txt', Buffer.from('dear reader, '.repeat(200)));
  await dialog.getByRole('button', { name: 'Import', exact: true }).click();
  await dialog.getByRole('alert').waitFor();
  await choose('root.tar', await tarOf({ name: 'etc/issue', body: 'imported\n' }));
  await dialog.getByRole('textbox', { name: 'Name' }).fill('team/root:1');
  await dialog.getByRole('textbox', { name: 'What else it says' }).fill('CMD ["sh"]\n\nENV STAGE=two');
  await scene.shot('import-light-en');
  await dialog.getByRole('button', { name: 'Import', exact: true }).click();
  await page.getByText('team/root:1 imported').waitFor();
  const { config } = await engine.client.call('images.raw', { image: 'team/root:1' });
  expect(config).toContain('"Cmd":["sh"]');
  expect(config).toContain('"STAGE=two"');
});
