import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

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

async function dataOf(name: string): Promise<string> {
  const found = (await engine.client.call('volumes.list', {})).find((volume) => volume.name === name);
  return found?.directory ?? '';
}

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

test('a volume is created with labels', async () => {
  await page.getByRole('link', { name: 'Volumes' }).click();
  await page.getByRole('button', { name: 'Create…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Create a volume' });
  await dialog.getByRole('textbox', { name: 'Name' }).fill('branch');
  await dialog.getByRole('textbox', { name: 'Labels' }).fill('team=blue');
  await dialog.getByRole('button', { name: 'Create' }).click();
  await page.getByRole('heading', { name: 'branch' }).waitFor();
  await page.getByText('blue').waitFor();
});

test('what it held at a moment is kept, compared with and gone back to', async () => {
  await writeFile(join(await dataOf('branch'), 'state'), 'one');
  await page.getByRole('button', { name: 'Save now…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Save what branch holds' });
  await dialog.getByRole('textbox', { name: 'Name of the save point' }).fill('first');
  await dialog.getByRole('textbox', { name: 'Note' }).fill('before the change');
  await dialog.getByRole('button', { name: 'Save' }).click();
  const row = page.getByRole('row', { name: /first/ });
  await row.getByText('before the change').waitFor();

  await writeFile(join(await dataOf('branch'), 'state'), 'another');
  await writeFile(join(await dataOf('branch'), 'more'), 'new');
  await row.getByRole('button', { name: 'Compare with now' }).click();
  const compared = page.getByRole('dialog', { name: 'From “first” to now' });
  await compared.getByRole('listitem').filter({ hasText: 'more' }).getByText('added').waitFor({ state: 'attached' });
  await compared.getByText('+7 B').waitFor();
  await page.keyboard.press('Escape');

  await row.getByRole('button', { name: 'Restore' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Restore' }).click();
  await page.getByText('branch is as it was at “first”').waitFor();
  await page.getByText('before a restore').waitFor();
  const comparison = await engine.client.call('volumes.compare', { name: 'branch', from: 'first' });
  expect(comparison).toMatchObject({ added: 0, changed: 0, removed: 0 });
});

test('a save point becomes a volume of its own', async () => {
  const row = page.getByRole('row', { name: /first/ });
  await row.getByRole('button', { name: 'Actions for save point first' }).click();
  await page.getByRole('menuitem', { name: 'Clone…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Clone save point “first”' });
  await dialog.getByRole('textbox', { name: 'Name' }).fill('twin');
  await dialog.getByRole('button', { name: 'Clone' }).click();
  await page.getByRole('heading', { name: 'twin' }).waitFor();
  await page.getByText('No save points yet').waitFor();
  const names = (await engine.client.call('volumes.list', {})).map(({ name }) => name);
  expect(names.toSorted()).toEqual(['branch', 'twin']);
});

test('it goes out as a tar and comes in again as another volume', async () => {
  // Without a picker, which a test can't answer, the browser downloads.
  await page.evaluate(() => Reflect.deleteProperty(window, 'showSaveFilePicker'));
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Export…' }).click(),
  ]);
  expect(download.suggestedFilename()).toBe('twin.tar');
  await page.getByText('twin exported').waitFor();
  await page.getByRole('link', { name: 'Volumes' }).first().click();
  const [chooser] = await Promise.all([
    page.waitForEvent('filechooser'),
    page.getByRole('button', { name: 'Import…' }).click(),
  ]);
  await chooser.setFiles(await download.path());
  const dialog = page.getByRole('dialog', { name: /^Import/ });
  await dialog.getByRole('textbox', { name: 'Name' }).fill('back');
  await dialog.getByRole('button', { name: 'Import', exact: true }).click();
  await page.getByRole('heading', { name: 'back' }).waitFor();
  expect(await readFile(join(await dataOf('back'), 'state'), 'utf8')).toBe('one');
});

test('unused volumes go to the trash after they were named', async () => {
  await page.getByRole('link', { name: 'Volumes' }).first().click();
  await page.getByRole('button', { name: 'Remove unused…' }).click();
  const question = page.getByRole('alertdialog', { name: 'Remove these 3 unused volumes?' });
  await question.getByText('twin').waitFor();
  await question.getByRole('button', { name: 'Remove' }).click();
  await page.getByText(/3 volumes in the trash/).waitFor();
  expect((await engine.client.call('trash.list', {})).map(({ name }) => name).toSorted()).toEqual([
    'back',
    'branch',
    'twin',
  ]);
});
