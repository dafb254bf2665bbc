import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { makeImageOf } from '#engine/testing/image-fixture.ts';
import { TestRegistry } from '#engine/testing/registry-server.ts';

import type { BrowserApp } from './browser-app.ts';
import { openScene, type BrowserScene } from './browser-scene.ts';

let scene: BrowserScene;
let app: BrowserApp;
let page: Page;

const stack = new AsyncDisposableStack();
let registry: TestRegistry;
const held = Promise.withResolvers<void>();

beforeAll(async () => {
  registry = stack.use(await TestRegistry.start());
  const image = await makeImageOf(5);
  registry.push('team/slow:1', image);
  // The third layer comes when the test says so.
  registry.fail({ path: image.layers[2]?.blob.descriptor.digest ?? '', answer: { kind: 'wait', until: held.promise } });
  scene = stack.use(await openScene());
  ({ app, page } = scene);
});

afterAll(async () => {
  held.resolve();
  await stack.disposeAsync();
});

async function pull(name: string): Promise<void> {
  await page.getByRole('button', { name: /^Pull/ }).first().click();
  await page.getByRole('textbox', { name: 'Image' }).fill(name);
  await page.keyboard.press('Enter');
}

test('each layer has its own progress, which survives going elsewhere and reloading', async () => {
  const name = `${registry.host}/team/slow:1`;
  await pull(name);
  const layers = page.getByRole('list', { name: `Layers of ${name}` }).getByRole('listitem');
  await expect.poll(() => layers.count(), { timeout: 15_000 }).toBe(5);
  await expect.poll(() => layers.filter({ hasText: 'done' }).count(), { timeout: 15_000 }).toBe(4);
  await page.screenshot({ path: 'test-output/screenshots/pull-light-en.png', animations: 'disabled' });
  await page.getByRole('link', { name: 'Settings' }).click();
  await page.reload();
  await page.getByRole('button', { name: /^Activity/ }).click();
  await expect.poll(() => layers.filter({ hasText: 'done' }).count(), { timeout: 15_000 }).toBe(4);
});

test('it can be paused, is offered when the page is loaded again, and goes on', async () => {
  const panel = page.getByRole('complementary', { name: 'Activity' });
  await panel.getByRole('button', { name: /^Pause / }).click();
  await panel.getByText('Paused').waitFor();
  await page.screenshot({ path: 'test-output/screenshots/pull-paused-light-en.png', animations: 'disabled' });
  await page.reload();
  await page.getByRole('button', { name: /^Activity/ }).click();
  await panel.getByRole('button', { name: 'Go on' }).click();
  await panel.getByText('Running').waitFor();
});

test('a pull that is cancelled leaves nothing', async () => {
  await page.getByRole('button', { name: /^Cancel / }).click();
  const panel = page.getByRole('complementary', { name: 'Activity' });
  await panel.getByText('Cancelled').waitFor();
  await page.getByRole('link', { name: 'Images' }).click();
  await page.getByRole('heading', { name: 'No images yet' }).waitFor();
  for (const folder of ['layers', 'blobs/sha256', 'tmp']) {
    await expect.poll(() => readdir(join(app.dataRoot, folder)).catch(() => [])).toEqual([]);
  }
});

test('an image that its registry has not is refused in one sentence', async () => {
  await pull(`${registry.host}/team/slow:9`);
  const panel = page.getByRole('complementary', { name: 'Activity' });
  await panel.getByText(/manifest for .*team\/slow:9 not found/).waitFor();
});
