import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';

import type { ConnectedEngine } from '#engine/client/connect-engine.ts';

import { openScene, storyArchive, type BrowserScene } from './browser-scene.ts';

let scene: BrowserScene;
let engine: ConnectedEngine;
let page: Page;

let container = '';

beforeAll(async () => {
  scene = await openScene([await storyArchive()]);
  ({ engine, page } = scene);
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
});
afterAll(() => scene[Symbol.asyncDispose]());

async function openTab(name: string): Promise<void> {
  await scene.show(`#/containers/${container}/${name}`);
}

test('a log that was rotated says how much of it isn’t there', async () => {
  await openTab('logs');
  await page.getByText(/^[\d.]+\skB of lines are missing: rotated away/).waitFor();
  await page.getByText('20000', { exact: true }).waitFor();
  expect(await page.getByText('1', { exact: true }).count()).toBe(0);
});

test('its size stands among the container’s details', async () => {
  await openTab('details');
  await page.getByText(/^[\d.]+\skB of 20\skB at most, in 2 files$/).waitFor();
});
