import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { launchBrowser, loadArchive, openPage, startBrowserApp } from './browser-app.ts';
import { heavyArchives } from './heavy-image.ts';

const stack = new AsyncDisposableStack();
let page: Page;
let complaints: readonly string[];

beforeAll(async () => {
  const app = stack.use(await startBrowserApp());
  const browser = stack.adopt(await launchBrowser({ webgl: false }), (open) => open.close());
  for (const archive of await heavyArchives()) await loadArchive(app, archive);
  ({ page, complaints } = await openPage(browser, app.url));
  page.setDefaultTimeout(15_000);
  await page.getByRole('row', { name: /heavy/ }).waitFor();
});
afterAll(() => stack.disposeAsync());

async function goTo(hash: string): Promise<void> {
  await page.evaluate((to) => {
    window.location.hash = to;
  }, hash);
}

test('an image says why it is big, and each reason leads to its file', async () => {
  await goTo('#/images/heavy%3A1?tab=why');
  const rows = (title: string) => page.getByRole('list', { name: title }).getByRole('link');
  await expect.poll(() => rows('Largest files').first().textContent()).toContain('/usr/lib/large.so');
  expect(await rows('Left behind').allTextContents()).toEqual([
    expect.stringMatching(/Lists of apt.*300.kB.*rm -rf \/var\/lib\/apt\/lists\/\* in the same RUN/),
  ]);
  expect(await rows('Shipped and not seen').first().textContent()).toMatch(/bundle\.js.*200.kB.*replaced by layer 3/);
  const secret = rows('Looks like a secret').first();
  expect(await secret.textContent()).toMatch(/id_rsa.*private key.*hidden by layer 3, shipped all the same/);
  expect(await page.getByText('BEGIN OPENSSH').count()).toBe(0);
  await secret.press('Enter');
  await page.getByRole('treegrid', { name: 'Files of Layer 2' }).waitFor();
  await page.getByRole('region', { name: 'Preview' }).getByText('/root/.ssh/id_rsa').first().waitFor();
});

test('nothing was complained about', () => {
  expect(complaints).toEqual([]);
});
