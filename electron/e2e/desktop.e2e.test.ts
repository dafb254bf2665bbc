import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';

import type { DesktopApp } from './desktop-app.ts';
import { startDesktop } from './desktop-app.ts';

const stack = new AsyncDisposableStack();
let app: DesktopApp;
beforeAll(async () => {
  const dir = stack.use(await temporaryDirectory('desktop'));
  app = stack.use(await startDesktop({ dataRoot: join(dir.path, 'data'), configDir: join(dir.path, 'config') }));
});
afterAll(() => stack.disposeAsync());

test('x', async () => {
  try {
    await app.page.getByText('Live', { exact: true }).waitFor({ timeout: 10000 });
  } finally {
    console.log(app.complaints(), app.page.url(), await app.page.evaluate(() => document.body.innerText));
  }
  await app.page.screenshot({ path: '/tmp/estrato-desktop.png' });
  expect(app.complaints()).toBe('');
});
