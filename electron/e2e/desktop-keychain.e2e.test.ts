import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';
import { TestRegistry } from '#engine/testing/registry-server.ts';

import type { DesktopApp, DesktopPlace } from './desktop-app.ts';
import { isRealElectron, startDesktop } from './desktop-app.ts';
import { DesktopEngine } from './desktop-engine.ts';

const ann = { username: 'ann', password: 'correct horse' };
const stack = new AsyncDisposableStack();
let place: DesktopPlace;
let registry: TestRegistry;
let app: DesktopApp;

beforeAll(async () => {
  const dir = stack.use(await temporaryDirectory('desktop'));
  place = { dataRoot: join(dir.path, 'data'), configDir: join(dir.path, 'config') };
  registry = stack.use(await TestRegistry.start({ login: { kind: 'basic', ...ann } }));
  stack.defer(() => app[Symbol.asyncDispose]());
});
afterAll(() => stack.disposeAsync());

const kept = (): Promise<string> => readFile(join(place.dataRoot, 'registries.json'), 'utf8');

/** @param store as Electron's own option has it. */
async function start(store: string): Promise<Page> {
  app = await startDesktop({ ...place, args: [`--password-store=${store}`] });
  app.page.setDefaultTimeout(20_000);
  await app.page.getByRole('navigation').waitFor();
  await app.page.evaluate(() => {
    window.location.hash = '#/registries';
  });
  return app.page;
}

async function logIn(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Log in…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Registry' }).fill(registry.host);
  await dialog.getByRole('textbox', { name: 'User' }).fill(ann.username);
  await dialog.getByRole('textbox', { name: 'Password or token' }).fill(ann.password);
  await page.keyboard.press('Enter');
  await dialog.waitFor({ state: 'hidden' });
}

/** What comes of a question that the registry answers to nobody without a name: it has no list. */
const askAsAnn = (page: Page): Promise<string> =>
  page.evaluate(
    async (host) => JSON.stringify(await window.estrato.call('registries.repositories', { registry: host }).answer),
    registry.host,
  );

test.skipIf(isRealElectron)(
  'what a window logs in with is sealed by the keychain, also for the next engine',
  async () => {
    const page = await start('gnome-libsecret');
    await logIn(page);
    await page.getByRole('list', { name: 'Logins' }).getByText('in the keychain').waitFor();
    expect(await kept()).toContain('sealed');
    expect(await kept()).not.toContain('horse');
    expect(await askAsAnn(page)).toContain("doesn't tell which repositories");
    const engine = new DesktopEngine(place.dataRoot);
    const before = await engine.pid();
    process.kill(before, 'SIGKILL');
    await expect.poll(() => engine.pid().catch(() => before), { timeout: 20_000 }).not.toBe(before);
    await expect.poll(() => askAsAnn(page), { timeout: 20_000 }).toContain("doesn't tell which repositories");
    await app[Symbol.asyncDispose]();
  },
);

test('where there is no keychain the file that only its owner reads has it, and what was sealed says so', async () => {
  const page = await start('basic');
  if (!isRealElectron) expect(await askAsAnn(page)).toContain("sealed by the desktop's keychain");
  await logIn(page);
  await page.getByRole('list', { name: 'Logins' }).getByText('in a file that only you can read').waitFor();
  expect(await kept()).not.toContain('sealed');
  expect(await askAsAnn(page)).toContain("doesn't tell which repositories");
});
