import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { dockerArchive } from '#engine/testing/archive-fixture.ts';
import { makeImage } from '#engine/testing/image-fixture.ts';

import { launchBrowser, loadArchive, openPage, startBrowserApp, type BrowserApp } from './browser-app.ts';

const stack = new AsyncDisposableStack();
let app: BrowserApp;
let page: Page;

const layers = [
  [
    { name: 'small', body: 'small' },
    { name: 'large', body: 'x'.repeat(300_000) },
  ],
  [{ name: 'fresh', body: 'y'.repeat(2000) }],
  [
    { name: 'small', body: 'changed' },
    { name: '.wh.large', body: '' },
  ],
  [{ name: 'last', body: 'z'.repeat(90_000) }],
];

beforeAll(async () => {
  app = stack.use(await startBrowserApp());
  const browser = stack.adopt(await launchBrowser({ webgl: false }), (open) => open.close());
  for (const [name, count] of [
    ['base:1', 1],
    ['app:1', 4],
  ] as const) {
    await loadArchive(app, await dockerArchive({ image: await makeImage(layers.slice(0, count)), names: [name] }));
  }
  ({ page } = await openPage(browser, app.url));
  page.setDefaultTimeout(15_000);
  await page.getByRole('link', { name: /^Images/ }).click();
  await page.evaluate(() => {
    window.location.hash = '#/images/app%3A1?layers=2';
  });
});
afterAll(() => stack.disposeAsync());

const slider = () => page.getByRole('slider');
const rows = async (): Promise<string[]> =>
  (await page.getByRole('treegrid').getByRole('row').allTextContents()).map((text) => text.trim());
const tree = (name: string) => page.getByRole('treegrid', { name: new RegExp(name) });

test('the base is named, and the arrows go from layer to layer', async () => {
  await page.getByText('Layer 1 is base:1').waitFor();
  await slider().focus();
  await page.keyboard.press('ArrowRight');
  await tree('Layer 3').waitFor();
  await page.getByRole('row', { name: /small/ }).waitFor();
  expect(await slider().getAttribute('aria-valuenow')).toBe('3');
  await page.keyboard.press('Shift+ArrowRight');
  await tree('Layers 3–4').waitFor();
  await page.keyboard.press('ArrowLeft');
  await tree('Layers 2–3').waitFor();
});

test('a drag over the bars chooses a range', async () => {
  const { x, y, width, height } = (await slider().boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  const at = (layer: number): number => x + (width * (layer - 0.5)) / 4;
  await page.mouse.move(at(4), y + height / 2);
  await page.mouse.down();
  await page.mouse.move(at(2), y + height / 2, { steps: 4 });
  await page.mouse.up();
  await tree('Layers 2–4').waitFor();
});

test('only the changes that are chosen are shown, in the order that is', async () => {
  await page.getByRole('row', { name: /large/ }).waitFor();
  const filters = page.getByRole('toolbar', { name: 'Changes to show' });
  await filters.getByRole('button', { name: /^−?Removed/ }).click();
  await page.getByRole('row', { name: /large/ }).waitFor({ state: 'detached' });
  await page.getByRole('radio', { name: 'Size' }).click();
  await expect
    .poll(async () => (await rows()).map((text) => /last|fresh|small/.exec(text)?.[0]))
    .toEqual(['last', 'fresh', 'small']);
  await filters.getByRole('button', { name: /^−?Removed/ }).click();
  await page.getByRole('row', { name: /large/ }).waitFor();
});

test('Space plays the layers up to the newest', async () => {
  await slider().focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('Space');
  await tree('Layer 4').waitFor();
  await page.getByRole('button', { name: 'Play the layers one after the other' }).waitFor();
});
