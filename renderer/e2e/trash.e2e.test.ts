import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';

import type { ConnectedEngine } from '#engine/client/connect-engine.ts';

import { openScene, storyArchive, type BrowserScene } from './browser-scene.ts';

let scene: BrowserScene;
let engine: ConnectedEngine;
let page: Page;

beforeAll(async () => {
  scene = await openScene([await storyArchive()]);
  ({ engine, page } = scene);
});
afterAll(() => scene[Symbol.asyncDispose]());

async function make(name: string, command: readonly string[]): Promise<string> {
  const { id } = await engine.client.call('containers.create', {
    image: 'team/story:1.0',
    name,
    command: [...command],
    env: ['COLOUR=blue'],
    tty: false,
    openStdin: false,
  });
  await engine.client.call('containers.start', { id });
  return id;
}

async function untilEnded(id: string) {
  await expect.poll(async () => (await engine.client.call('containers.get', { id })).summary.State).toBe('exited');
  return engine.client.call('containers.get', { id });
}

/** All that a restored container must have again; its age is told anew. */
async function everythingOf(id: string): Promise<unknown> {
  const { summary, ...details } = await untilEnded(id);
  const log = [];
  for await (const lines of engine.client.stream('containers.logs', { id, tail: 100, follow: false }))
    log.push(...lines);
  const { now } = await engine.client.call('containers.previewChange', { id, path: '/data' });
  return { ...details, summary: { ...summary, Status: '' }, log, now };
}

test('what was removed comes back the same, by Undo', async () => {
  const id = await make('afternoon', ['sh', '-c', 'echo said; echo written > /data; exit 3']);
  const before = await everythingOf(id);
  await page.getByRole('link', { name: /^Containers/ }).click();
  const row = page.getByRole('row', { name: /afternoon/ });
  await row.getByRole('button', { name: 'Actions for afternoon' }).click();
  await page.getByRole('menuitem', { name: 'Remove' }).click();
  await page.getByText('afternoon removed').waitFor();
  await page.getByText('No containers yet').waitFor();
  await page.getByRole('button', { name: 'Undo' }).click();
  await row.waitFor();
  expect(await everythingOf(id)).toEqual(before);
});

test('several that are chosen go together, and those that run are asked about', async () => {
  await make('evening', ['sleep', '1000']);
  await page.getByRole('row', { name: /evening/ }).waitFor();
  await page.locator('.table-column .check-box').click();
  await page.getByRole('toolbar').getByText('2 chosen').waitFor();
  await page.getByRole('toolbar').getByRole('button', { name: 'Remove' }).click();
  const question = page.getByRole('alertdialog', { name: 'Remove 2 containers?' });
  await question.getByText('It is running').waitFor();
  await question.getByRole('button', { name: 'Kill and remove' }).click();
  await page.getByText('2 containers removed').waitFor();
});

test('the trash brings back under another name what lost its own, and forgets for good', async () => {
  await make('evening', ['true']);
  await page.getByRole('link', { name: 'Trash' }).click();
  const list = page.getByRole('grid', { name: /can come back/ });
  await list
    .getByRole('row', { name: /evening/ })
    .getByRole('button', { name: 'Restore' })
    .click();
  const question = page.getByRole('dialog', { name: 'The name evening is taken' });
  await question.getByRole('textbox').fill('late-evening');
  await question.getByRole('button', { name: 'Restore' }).click();
  await page.getByText('late-evening is back').waitFor();
  await page.getByRole('button', { name: 'Empty the trash…' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Empty' }).click();
  await page.getByText('The trash is empty').waitFor();
  const names = (await engine.client.call('containers.list', { all: true })).flatMap(({ Names }) => Names);
  expect(names.toSorted()).toEqual(['/evening', '/late-evening']);
  expect(await engine.client.call('trash.list', {})).toEqual([]);
});

test('how much is kept can be changed', async () => {
  await page.getByRole('button', { name: 'How much is kept…' }).click();
  const dialog = page.getByRole('dialog', { name: 'How much the trash keeps' });
  await dialog.getByRole('textbox', { name: 'Days' }).fill('2');
  await dialog.getByRole('textbox', { name: 'Gigabytes' }).fill('1.5');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Kept for 2 days and up to 1.5 GB').waitFor();
  expect(await engine.client.call('trash.settings', {})).toEqual({ maxAgeSeconds: 172_800, maxBytes: 1_500_000_000 });
});
