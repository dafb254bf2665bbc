import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';

import type { ConnectedEngine } from '#engine/client/connect-engine.ts';
import { dockerArchive } from '#engine/testing/archive-fixture.ts';
import { type DebianRegistry, startDebianRegistry } from '#engine/testing/debian-registry.ts';
import { makeStoryImage } from '#engine/testing/story-image.ts';

import { openScene, type BrowserScene } from './browser-scene.ts';

let scene: BrowserScene;
let engine: ConnectedEngine;
let page: Page;
let complaints: readonly string[];

const stack = new AsyncDisposableStack();
let registry: DebianRegistry;

beforeAll(async () => {
  registry = stack.use(await startDebianRegistry());
  const archive = await dockerArchive({ image: await makeStoryImage(), names: ['team/story:1.0'] });
  scene = stack.use(await openScene([archive]));
  ({ engine, page, complaints } = scene);
  await page.getByRole('row', { name: /team\/story/ }).waitFor();
});
afterAll(() => stack.disposeAsync());
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await shot(`failed-${task.id}`);
});

const shot = (name: string): Promise<void> => scene.shot(name);

async function askPush(name: string): Promise<void> {
  await page.getByRole('button', { name: `Actions for ${name}` }).click();
  await page.getByRole('menuitem', { name: 'Push…' }).click();
}

const pushed = (tag: string): Promise<void> =>
  page
    .getByRole('article', { name: new RegExp(`^Push: .*:${tag}$`) })
    .getByText('Done')
    .waitFor();

test('an image is pushed under a name that it is given for it', async () => {
  await askPush('team/story:1.0');
  const field = page.getByRole('textbox', { name: 'To' });
  await field.fill('Not A Name');
  await page.getByRole('button', { name: 'Push', exact: true }).click();
  await page
    .getByRole('dialog')
    .getByText(/^Not a name such as/)
    .waitFor();
  await field.fill(`${registry.host}/team/story:1.0`);
  await page.getByText(/has this name here, too/).waitFor();
  await page.keyboard.press('Enter');
  await pushed('1.0');
  const { Id, RepoTags } = (await engine.client.call('images.get', { image: 'team/story:1.0' })).summary;
  expect(RepoTags).toContain(`${registry.host}/team/story:1.0`);
  const there = await registry.diffIds('team/story:1.0');
  const { layers } = await engine.client.call('images.get', { image: Id });
  expect(there).toEqual(layers.map(({ diffId }) => diffId));
});

test('what is there already is not sent again, and is said before', async () => {
  await page.getByRole('button', { name: 'Close' }).first().click();
  await scene.show('#/images/team%2Fstory%3A1.0');
  await page.getByRole('button', { name: 'Push…' }).click();
  await page.getByRole('textbox', { name: 'To' }).fill(`${registry.host}/team/story:1.0`);
  await page.getByText(`Nothing to send: ${registry.host} has all layers`).waitFor();
  await shot('push-nothing');
  await page.keyboard.press('Escape');
});

test('a tag of somebody else’s is not overwritten unasked', async () => {
  const name = `${registry.host}/team/story:theirs`;
  const theirs = await dockerArchive({ image: await makeStoryImage(), names: ['other:1'] });
  await registry.push(theirs, 'team/story:theirs');
  const { id } = await engine.client.call('containers.create', {
    image: 'team/story:1.0',
    command: ['true'],
    tty: false,
    openStdin: false,
  });
  const { image } = await engine.client.call('containers.commit', { id, changes: [], pause: false, reference: name });
  const before = await registry.inspect('team/story:theirs');
  await page.evaluate((hash) => {
    window.location.hash = `#/images/${hash}`;
  }, image);
  await page.getByRole('button', { name: 'Push…' }).click();
  await page.getByText('This tag leads to another image there').waitFor();
  await page.getByText(/which was never seen here/).waitFor();
  await shot('push-overwrites');
  expect((await registry.inspect('team/story:theirs')).digest).toBe(before.digest);
  await page.getByRole('button', { name: 'Push and overwrite' }).click();
  await pushed('theirs');
  expect((await registry.inspect('team/story:theirs')).digest).not.toBe(before.digest);
});

test('a pull says what it would fetch, and offers the tags that there are', async () => {
  await scene.show('#/images');
  await page.getByRole('button', { name: /^Pull/ }).first().click();
  const field = page.getByRole('textbox', { name: 'Image' });
  await field.fill(`${registry.host}/team/story:t`);
  const tags = page.getByRole('toolbar', { name: 'Tags of it there' });
  await tags.getByRole('button', { name: 'theirs' }).waitFor();
  await field.fill(`${registry.host}/team/story:1`);
  await tags.getByRole('button', { name: '1.0' }).click();
  expect(await field.inputValue()).toBe(`${registry.host}/team/story:1.0`);
  await page.getByText(/^Nothing to fetch: all/).waitFor();
  await shot('pull-preview');
  await page.keyboard.press('Escape');
  expect(complaints).toEqual([]);
});
