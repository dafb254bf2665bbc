import { join } from 'node:path';

import type { Download, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { connectEngine, type ConnectedEngine } from '#engine/client/connect-engine.ts';
import { dockerArchive } from '#engine/testing/archive-fixture.ts';
import { makeImage } from '#engine/testing/image-fixture.ts';

import { launchBrowser, loadArchive, openPage, startBrowserApp, type BrowserApp } from './browser-app.ts';

const stack = new AsyncDisposableStack();
let app: BrowserApp;
let page: Page;
let engine: ConnectedEngine;

beforeAll(async () => {
  app = stack.use(await startBrowserApp());
  const browser = stack.adopt(await launchBrowser({ webgl: false }), (open) => open.close());
  for (const name of ['app:1', 'app:2']) {
    const image = await makeImage([[{ name: 'own', body: name.repeat(1000) }]]);
    await loadArchive(app, await dockerArchive({ image, names: [name] }));
  }
  engine = stack.use(await connectEngine(join(app.dataRoot, 'estrato.sock')));
  ({ page } = await openPage(browser, app.url));
  page.setDefaultTimeout(15_000);
  // Without a picker, which a test can't answer, the browser downloads.
  await page.evaluate(() => Reflect.deleteProperty(window, 'showSaveFilePicker'));
});
afterAll(() => stack.disposeAsync());

const images = async () =>
  (await engine.client.call('images.list', {})).map(({ Id, RepoTags }) => `${RepoTags.join(' ')} ${Id}`).toSorted();

async function save(): Promise<Download> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Save…' }).click(),
  ]);
  return download;
}

async function loadAgain(download: Download): Promise<void> {
  const [chooser] = await Promise.all([
    page.waitForEvent('filechooser'),
    page.getByRole('button', { name: 'Load archive…' }).first().click(),
  ]);
  await chooser.setFiles(await download.path());
}

test('images that are chosen go out as one archive, and come in again as they were', async () => {
  const before = await images();
  await page.getByRole('link', { name: /^Images/ }).click();
  for (const name of [/app 1/, /app 2/]) await page.getByRole('row', { name }).locator('.check-box').click();
  const download = await save();
  expect(download.suggestedFilename()).toBe('images.tar');
  await page.getByText('app:2, app:1 is saved').or(page.getByText('app:1, app:2 is saved')).first().waitFor();
  for (const name of ['app:1', 'app:2']) await engine.client.call('images.remove', { image: name });
  await engine.client.call('trash.empty', {});
  await page.getByRole('button', { name: 'Load archive…' }).first().waitFor();
  await loadAgain(download);
  await page.getByRole('row', { name: /app 2/ }).waitFor();
  expect(await images()).toEqual(before);
});

test('the page of an image has the same, for that one', async () => {
  await page.getByRole('row', { name: /app 1/ }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'app:1' }).waitFor();
  const download = await save();
  expect(download.suggestedFilename()).toBe('app-1.tar');
  const jobs = await engine.client.call('jobs.list', {});
  expect(jobs.filter(({ kind }) => kind === 'save').at(-1)).toMatchObject({ title: 'app:1', state: 'done' });
});
