import { join } from 'node:path';

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { connectEngine } from '#engine/client/connect-engine.ts';
import { dockerArchive } from '#engine/testing/archive-fixture.ts';
import { makeStoryImage } from '#engine/testing/story-image.ts';

import { launchBrowser, loadArchive, openPage, startBrowserApp } from './browser-app.ts';

const stack = new AsyncDisposableStack();
let page: Page;
let container = '';

beforeAll(async () => {
  const app = stack.use(await startBrowserApp());
  const browser = stack.adopt(await launchBrowser({ webgl: false }), (open) => open.close());
  await loadArchive(app, await dockerArchive({ image: await makeStoryImage(), names: ['team/story:1.0'] }));
  using engine = await connectEngine(join(app.dataRoot, 'estrato.sock'));
  await engine.client.call('containers.logSettings', { maxBytes: 10_000, maxFiles: 2 });
  const { id } = await engine.client.call('containers.create', {
    image: 'team/story:1.0',
    name: 'talker',
    command: ['seq', '1', '20000'],
    tty: false,
    openStdin: false,
  });
  container = id;
  await engine.client.call('containers.start', { id });
  ({ page } = await openPage(browser, app.url));
  page.setDefaultTimeout(15_000);
});
afterAll(() => stack.disposeAsync());

async function openTab(name: string): Promise<void> {
  await page.evaluate((hash) => {
    window.location.hash = hash;
  }, `#/containers/${container}/${name}`);
}

test('a log that was rotated says how much of it isn’t there', async () => {
  await openTab('logs');
  await page.getByText(/^[\d.]+\skB of older lines were rotated away\.$/).waitFor();
  await page.getByText('20000', { exact: true }).waitFor();
  expect(await page.getByText('1', { exact: true }).count()).toBe(0);
});

test('its size stands among the container’s details', async () => {
  await openTab('details');
  await page.getByText(/^[\d.]+\skB of 20\skB at most, in 2 files$/).waitFor();
});
