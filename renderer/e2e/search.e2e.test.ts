import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { dockerArchive } from '#engine/testing/archive-fixture.ts';
import { makeImage } from '#engine/testing/image-fixture.ts';

import { openScene, type BrowserScene } from './browser-scene.ts';
import { oddArchive } from './odd-image.ts';

let scene: BrowserScene;
let page: Page;

beforeAll(async () => {
  const shipped = [[{ name: 'gone.secret', body: 'kept' }], [{ name: '.wh.gone.secret' }]];
  scene = await openScene([
    await oddArchive(),
    await dockerArchive({ image: await makeImage(shipped), names: ['other:2'] }),
  ]);
  ({ page } = scene);
  await page.getByRole('row', { name: /odd/ }).waitFor();
});
afterAll(() => scene[Symbol.asyncDispose]());

const field = () => page.getByRole('combobox', { name: 'Search everywhere' });
const found = (group: string) => page.getByRole('group', { name: group }).getByRole('option');

async function search(text: string): Promise<void> {
  await page.keyboard.press('Control+k');
  await field().fill(text);
}

test('a name is found at once and leads to what is so called', async () => {
  await search('oth');
  await found('Images').first().waitFor();
  expect(await found('Images').allTextContents()).toEqual(['other:2']);
  expect(await found('Images').first().getAttribute('aria-selected')).toBe('true');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'other:2' }).waitFor();
  expect(await field().count()).toBe(0);
});

test('a path of any layer is found, and opens in its image', async () => {
  await search('settings.ini');
  await page.getByText(/^3 files found among/).waitFor();
  await page.keyboard.press('ArrowDown');
  const chosen = page.getByRole('listbox', { name: 'What was found' }).getByRole('option', { selected: true });
  await expect.poll(() => chosen.textContent()).toContain('/etc/settings.ini');
  await field().press('ArrowUp');
  await found('Files in layers').filter({ hasText: 'in odd:1' }).filter({ hasNotText: 'hidden' }).first().click();
  await page.getByRole('heading', { name: 'odd:1' }).waitFor();
  await page.getByRole('region', { name: 'Preview' }).getByText('port = 8443').waitFor();
  expect(page.url()).not.toContain('path=');
});

test('what a later layer hides is found in the layer that ships it', async () => {
  await search('*.secret');
  const hit = found('Files in layers').filter({ hasText: 'hidden by a later layer' });
  await hit.first().click();
  await page.getByRole('treegrid', { name: 'Files of Layer 1' }).waitFor();
  await page.getByRole('region', { name: 'Preview' }).getByText('kept').waitFor();
});

test('it goes with the screen that it was opened over', async () => {
  await search('oth');
  await found('Images').first().waitFor();
  await page.goBack();
  await field().waitFor({ state: 'detached' });
});

test('Escape leaves it, and the focus is where it was', async () => {
  await page.getByRole('button', { name: 'Search everywhere' }).focus();
  await page.keyboard.press('Enter');
  await field().fill('nothing is called so');
  await page.getByText(/^No file found/).waitFor();
  await page.keyboard.press('Escape');
  await field().waitFor({ state: 'detached' });
  const focused = page.locator(':focus');
  expect(await focused.textContent()).toBe('Search everywhereCtrl K');
});
