import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';

import type { DesktopApp } from './desktop-app.ts';
import { startDesktop } from './desktop-app.ts';
import { DesktopEngine, isRunning } from './desktop-engine.ts';

const stack = new AsyncDisposableStack();
let app: DesktopApp;
let dataRoot = '';

beforeAll(async () => {
  const dir = stack.use(await temporaryDirectory('desktop'));
  dataRoot = join(dir.path, 'data');
  await mkdir(dataRoot);
  // Where the engine wants a directory of its own, there is a file.
  await writeFile(join(dataRoot, 'blobs'), 'not a directory');
  app = stack.use(await startDesktop({ dataRoot, configDir: join(dir.path, 'config') }));
  app.page.setDefaultTimeout(20_000);
});
afterAll(() => stack.disposeAsync());

test('an engine that cannot start says why, with its log, in a page without scripts', async () => {
  await app.page.getByRole('heading', { name: 'The engine can’t be started' }).waitFor();
  const text = (await app.page.getByRole('main').textContent()) ?? '';
  expect(text).toContain(`The data root ${dataRoot} `);
  expect(await app.page.locator('pre').textContent()).toContain(`estrato: The data root ${dataRoot} `);
  expect(text).toContain(join(dataRoot, 'engine.log'));
  expect(await app.page.locator('script').count()).toBe(0);
  const url = await app.inMain(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.getURL());
  expect(url).toBe('app://estrato/failure');
});

test('trying again in vain says so again', async () => {
  const loaded = app.page.waitForEvent('load');
  await app.page.getByRole('link', { name: 'Try again' }).click();
  await loaded;
  await app.page.getByRole('heading', { name: 'The engine can’t be started' }).waitFor();
});

test('once the obstacle is gone, trying again leads to the screens', async () => {
  await rm(join(dataRoot, 'blobs'));
  await app.page.getByRole('link', { name: 'Try again' }).click();
  await app.page.getByText('No images yet').waitFor();
  expect(isRunning(await new DesktopEngine(dataRoot).pid())).toBe(true);
});
