import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { connectEngine } from '#engine/client/connect-engine.ts';
import { dockerArchive } from '#engine/testing/archive-fixture.ts';
import { makeStoryImage } from '#engine/testing/story-image.ts';

import { launchBrowser, loadArchive, openPage, startBrowserApp, type BrowserApp } from './browser-app.ts';

const stack = new AsyncDisposableStack();
let app: BrowserApp;
let page: Awaited<ReturnType<typeof openPage>>['page'];

beforeAll(async () => {
  app = stack.use(await startBrowserApp());
  const browser = stack.adopt(await launchBrowser({ webgl: false }), (open) => open.close());
  await loadArchive(app, await dockerArchive({ image: await makeStoryImage(), names: ['team/story:1.0'] }));
  ({ page } = await openPage(browser, app.url));
});
afterAll(() => stack.disposeAsync());

test('a volume is listed with its size and its user, and can be removed once nobody has it', async () => {
  using engine = await connectEngine(join(app.dataRoot, 'estrato.sock'));
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
