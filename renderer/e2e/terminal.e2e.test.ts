import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';

import type { ConnectedEngine } from '#engine/client/connect-engine.ts';

import { openScene, storyArchive, type BrowserScene } from './browser-scene.ts';

let scene: BrowserScene;
let engine: ConnectedEngine;
let page: Page;

beforeAll(async () => {
  scene = await openScene([await storyArchive()]);
  ({ engine, page } = scene);
  const { id } = await engine.client.call('containers.create', {
    image: 'team/story:1.0',
    name: 'typed',
    tty: true,
    openStdin: true,
  });
  // A start changes the machine's interfaces, at which Chromium gives up what it is fetching: the page is there first.
  await page.getByText('team/story').first().waitFor();
  await engine.client.call('containers.start', { id });
  await scene.show(`#/containers/${id}/terminal`);
  await page.locator('.xterm').filter({ visible: true }).waitFor();
});

afterAll(() => scene[Symbol.asyncDispose]());

function rows(): Locator {
  return page.locator('.xterm-rows').filter({ visible: true });
}

async function shows(expected: string | RegExp): Promise<void> {
  const text = async (): Promise<string> => {
    const lines = await rows().locator('> div').allTextContents();
    return lines.map((line) => line.trimEnd()).join('\n');
  };
  await expect.poll(text, { timeout: 20_000 }).toMatch(expected);
}

/** Where a line begins on the page, in the middle of its height. */
async function placeOf(line: RegExp): Promise<{ x: number; y: number }> {
  const box = await rows().locator('> div').filter({ hasText: line }).boundingBox();
  if (box === null) throw new Error(`No line of the screen is like ${String(line)}.`);
  return { x: box.x, y: box.y + box.height / 2 };
}

async function type(line: string): Promise<void> {
  await page.locator('.xterm').filter({ visible: true }).click();
  await page.keyboard.type(`${line}\n`);
}

test('a selected word is copied', async () => {
  await shows('#');
  await type('clear; echo copy-$((40+2))-me');
  await shows(/^copy-42-me$/m);
  const line = rows()
    .locator('> div')
    .filter({ hasText: /^copy-42-me/ });
  const box = await line.boundingBox();
  await page.mouse.dblclick((box?.x ?? 0) + 5, (box?.y ?? 0) + 8);
  await page.keyboard.press('Control+Shift+C');
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toContain('copy');
});

test('one line is pasted as it is', async () => {
  await page.evaluate(() => navigator.clipboard.writeText('echo pasted-$((1+1))'));
  await type('clear');
  await page.keyboard.press('Control+Shift+V');
  await shows('echo pasted-');
  await page.keyboard.press('Enter');
  await shows(/^pasted-2$/m);
});

test('several lines are shown before they are pasted', async () => {
  await page.evaluate(() => navigator.clipboard.writeText('echo first-$((2+1))\necho second-$((2+2))\n'));
  await type('clear');
  await page.keyboard.press('Control+Shift+V');
  const dialog = page.getByRole('alertdialog');
  await dialog.waitFor();
  expect(await dialog.textContent()).toContain('echo second-');
  await dialog.getByRole('button', { name: 'Paste' }).click();
  await shows(/^first-3$/m);
  await shows(/^second-4$/m);
});

test('what was printed is searched', async () => {
  await type('clear; seq 1 500; echo end');
  await shows(/^end$/m);
  await page.keyboard.press('Control+Shift+F');
  await page.getByLabel('Search the terminal').fill('499');
  await page.getByText(/^1 of \d+$|\d+ match/).waitFor();
  await page.keyboard.press('Escape');
});

test('a link opens elsewhere', async () => {
  await type('clear; echo see http://127.0.0.1:9/here');
  await shows(/^see http/m);
  const { x, y } = await placeOf(/^see http/);
  const opened = page.context().waitForEvent('page');
  await page.mouse.move(x + 80, y);
  await page.mouse.move(x + 90, y);
  await expect.poll(() => rows().locator('[style*="underline"]').count()).toBeGreaterThan(0);
  await page.mouse.click(x + 90, y);
  const other = await opened;
  expect(other.url()).toMatch(/127\.0\.0\.1:9|about:blank|chrome-error/);
  await other.close();
});

test('a second shell is opened beside the first, and is there after a reload', async () => {
  await page.getByRole('button', { name: 'New terminal' }).click();
  const tabs = page.getByRole('tablist', { name: 'Terminals' }).getByRole('tab');
  await expect.poll(() => tabs.count()).toBe(2);
  await shows('#');
  await type('echo second-shell-$$');
  await shows(/^second-shell-\d+$/m);
  await page.reload();
  await expect.poll(() => tabs.count()).toBe(2);
  await tabs.nth(1).click();
  await shows(/^second-shell-\d+$/m);
});
