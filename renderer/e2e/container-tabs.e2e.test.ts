import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';

import type { ConnectedEngine } from '#engine/client/connect-engine.ts';

import { lacking, type BrowserApp } from './browser-app.ts';
import { openScene, storyArchive, type BrowserScene } from './browser-scene.ts';

let scene: BrowserScene;
let app: BrowserApp;
let engine: ConnectedEngine;
let page: Page;

const SCRIPT =
  'echo more >> /srv/app/settings.ini; rm /srv/app/latest; mkdir /own; echo new > /own/file; sleep 1001 & wait';

let container = '';
let withoutLimits: string | undefined;
let withoutPause: string | undefined;

beforeAll(async () => {
  scene = await openScene([await storyArchive()]);
  ({ app, engine, page } = scene);
  withoutLimits = await lacking(app, 'memory-limits');
  withoutPause = await lacking(app, 'pause');
  const { id } = await engine.client.call('containers.create', {
    image: 'team/story:1.0',
    name: 'subject',
    command: ['sh', '-c', SCRIPT],
    tty: false,
    openStdin: false,
    ...(withoutLimits === undefined ? { memoryBytes: 64 * 1024 * 1024 } : {}),
  });
  container = id;
  await engine.client.call('containers.start', { id });
});
afterAll(() => scene[Symbol.asyncDispose]());

async function openTab(name: string): Promise<void> {
  await scene.show(`#/containers/${container}/${name}`);
}

async function choose(name: string): Promise<void> {
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name }).click();
}

test('what it used before anybody looked is there, and still is after a reload', async () => {
  await openTab('stats');
  const memory = page.getByRole('slider', { name: 'Memory' });
  await memory.waitFor();
  await memory.press('Home');
  // The first sample, by its time.
  const first = (await memory.getAttribute('aria-valuetext')) ?? '';
  expect(first).toMatch(/\d+:\d+:\d+/);
  await page.reload();
  await memory.waitFor();
  await memory.press('Home');
  expect(await memory.getAttribute('aria-valuetext')).toBe(first);
  await page.getByText('started', { exact: true }).waitFor();
});

test('its limit is said beside what it uses', async ({ skip }) => {
  skip(withoutLimits !== undefined, withoutLimits);
  await openTab('stats');
  await page.getByRole('slider', { name: 'Memory' }).press('Escape');
  await page.getByText(/of 67\.1.MB/).waitFor();
});

test('a pause is made from its page, and is seen beside what it used', async ({ skip }) => {
  skip(withoutPause !== undefined, withoutPause);
  await openTab('stats');
  await choose('Pause');
  await page.getByText('Paused', { exact: true }).waitFor();
  await page.getByText('paused', { exact: true }).waitFor();
  await choose('Resume');
  await page.getByText('went on', { exact: true }).waitFor();
});

test('it is renamed from its page', async () => {
  await openTab('stats');
  await choose('Rename…');
  const dialog = page.getByRole('dialog', { name: 'Rename subject' });
  await dialog.getByRole('textbox').fill('renamed');
  await dialog.getByRole('button', { name: 'Rename' }).click();
  await page.getByRole('heading', { name: 'renamed' }).waitFor();
});

test('its processes are a tree, and one of them can be killed', async () => {
  await openTab('processes');
  const sleeping = page.getByRole('row', { name: 'sleep 1001', exact: true });
  await sleeping.waitFor();
  await sleeping.getByRole('button', { name: /Signals for process/ }).click();
  await page.getByRole('menuitem', { name: /Kill/ }).click();
  const question = page.getByRole('alertdialog', { name: /Kill process/ });
  await question.getByText('sleep 1001 ends at once').waitFor();
  await question.getByRole('button', { name: 'Kill' }).click();
  // What it waited for was its only child.
  await page.getByText('Nothing runs').waitFor();
});

test('what it changed is a tree with a difference for each file', async () => {
  await openTab('changes');
  await page.getByText(/Lost when the container is gone for good/).waitFor();
  await page
    .getByRole('row', { name: /latest/ })
    .getByText('removed')
    .waitFor();
  await page.getByRole('row', { name: /settings\.ini/ }).click();
  const difference = page.getByRole('region', { name: 'Difference of /srv/app/settings.ini' });
  await difference.getByText('more').waitFor();
  await page.getByRole('radio', { name: 'In the image' }).click();
  const before = page.getByRole('region', { name: 'Contents of /srv/app/settings.ini' });
  await before.getByText('greeting = hello').waitFor();
  expect(await before.textContent()).not.toContain('more');
  await page.getByRole('treegrid').focus();
  await page.keyboard.press('Home');
  await page.getByRole('row', { name: /own/, selected: true }).waitFor();
});

test('a log that was rotated says how much of it isn’t there', async () => {
  await engine.client.call('containers.logSettings', { maxBytes: 10_000, maxFiles: 2 });
  const talker = { name: 'talker', command: ['seq', '1', '20000'], tty: false, openStdin: false };
  await engine.client.call('containers.create', { image: 'team/story:1.0', ...talker });
  await engine.client.call('containers.start', { id: 'talker' });
  await scene.show('#/containers/talker/logs');
  await page.getByText(/^[\d.]+\skB of lines are missing: rotated away/).waitFor();
  await page.getByText('20000', { exact: true }).waitFor();
  expect(await page.getByText('1', { exact: true }).count()).toBe(0);
});

test('the size of a log stands among the container’s details', async () => {
  await scene.show('#/containers/talker/details');
  await page.getByText(/^[\d.]+\skB of 20\skB at most, in 2 files$/).waitFor();
});

test('a part of the window that is lost on its way is fetched again', async () => {
  // As Chromium loses it when a container's start changes the machine's interfaces.
  let lost = 0;
  await page.route(/settings-screen.*\.css$/, async (route) => {
    lost += 1;
    await (lost === 1 ? route.abort('failed') : route.continue());
  });
  await page.getByRole('link', { name: 'Settings' }).click();
  await page.getByRole('heading', { name: 'Appearance' }).waitFor();
  expect(lost).toBe(2);
});

test('so is the page itself, when its own module is lost', async () => {
  let lost = 0;
  await page.route(/assets\/index-.*\.js$/, async (route) => {
    lost += 1;
    await (lost <= 2 ? route.abort('failed') : route.continue());
  });
  await page.reload();
  await page.getByRole('navigation').waitFor();
  expect(lost).toBe(3);
});
