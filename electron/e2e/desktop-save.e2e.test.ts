import { mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';

import type { DesktopApp } from './desktop-app.ts';
import { startDesktop } from './desktop-app.ts';
import { DesktopEngine } from './desktop-engine.ts';

const stack = new AsyncDisposableStack();
let chosen = '';
let app: DesktopApp;
let page: Page;

beforeAll(async () => {
  const dir = stack.use(await temporaryDirectory('desktop')).path;
  chosen = join(dir, 'chosen');
  await mkdir(chosen);
  const dataRoot = join(dir, 'data');
  app = stack.use(await startDesktop({ dataRoot, configDir: join(dir, 'config'), env: { CHOSEN_DIR: chosen } }));
  ({ page } = app);
  page.setDefaultTimeout(20_000);
  await page.getByText('No images yet').waitFor();
  await new DesktopEngine(dataRoot).loadStory('team/story:1.0');
  await page.evaluate(() => window.estrato.call('volumes.create', { name: 'notes' }).answer);
});
afterAll(() => stack.disposeAsync());

/** Puts whoever would sit before the dialog in its place: they take the name that it offers. */
function takeWhatIsOffered(): Promise<void> {
  return app.inMain(({ dialog }) => {
    dialog.showSaveDialog = async (...given: unknown[]) => {
      const options = given.at(-1);
      const name: unknown = typeof options === 'object' && options !== null ? Reflect.get(options, 'defaultPath') : '';
      return { canceled: false, filePath: `${process.env['CHOSEN_DIR']}/${String(name)}` };
    };
  });
}

/** Whether nothing is left of a file that was begun. */
const partials = async (): Promise<readonly string[]> =>
  (await readdir(chosen)).filter((name) => name.includes('partial'));

test('a volume is exported to the file that was chosen in the dialog', async () => {
  await takeWhatIsOffered();
  await page.evaluate(() => {
    window.location.hash = '#/volumes/notes';
  });
  await page.getByRole('button', { name: /^Export/ }).click();
  await expect.poll(() => readdir(chosen), { timeout: 20_000 }).toContain('notes.tar');
  expect((await stat(join(chosen, 'notes.tar'))).size % 512).toBe(0);
  expect(await partials()).toEqual([]);
});

test('an image is saved likewise, as an archive that names it', async () => {
  await page.evaluate(() => {
    window.location.hash = '#/images/team%2Fstory%3A1.0';
  });
  await page.getByRole('button', { name: 'Save…' }).click();
  const path = join(chosen, 'team-story-1.0.tar');
  await expect.poll(() => readdir(chosen), { timeout: 20_000 }).toContain('team-story-1.0.tar');
  expect(await readFile(path, 'latin1')).toContain('team/story:1.0');
  expect(await partials()).toEqual([]);
});

test('who closes the dialog writes nothing', async () => {
  const before = await readdir(chosen);
  const asked = app.inMain(
    ({ dialog }) =>
      new Promise<void>((resolve) => {
        dialog.showSaveDialog = async () => {
          resolve();
          return { canceled: true, filePath: '' };
        };
      }),
  );
  await page.getByRole('button', { name: 'Save…' }).click();
  await asked;
  await page.getByRole('button', { name: 'Save…', disabled: false }).waitFor();
  expect(await readdir(chosen)).toEqual(before);
});

test('only a page of ours may ask', async () => {
  const closed = await app.inMain(
    ({ dialog, ipcMain }) =>
      new Promise<string>((resolve) => {
        dialog.showSaveDialog = async () => {
          resolve('asked');
          return { canceled: true, filePath: '' };
        };
        const port = { close: () => resolve('closed'), on: () => undefined, postMessage: () => undefined };
        const elsewhere = { senderFrame: { url: 'https://elsewhere.example/', parent: null }, ports: [port] };
        ipcMain.emit('estrato:save', elsewhere, 'x.tar');
      }),
  );
  expect(closed).toBe('closed');
});
