import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { dockerArchive } from '#engine/testing/archive-fixture.ts';
import { makeImage } from '#engine/testing/image-fixture.ts';

import { openScene, type BrowserScene } from './browser-scene.ts';

const COUNT = 60_000;

let scene: BrowserScene;
let page: Page;

beforeAll(async () => {
  const files = Array.from({ length: COUNT }, (_, index) => ({ name: `many/f${String(index).padStart(7, '0')}` }));
  scene = await openScene([await dockerArchive({ image: await makeImage([files]), names: ['many:1'] })]);
  ({ page } = scene);
  await scene.show('#/images/many%3A1');
});
afterAll(() => scene[Symbol.asyncDispose]());

const tree = () => page.getByRole('treegrid');
const row = (name: string) => page.getByRole('row', { name });

test('a directory of many files is gone through by the keyboard from its first to its last, and back', async () => {
  await row('many').click();
  await expect.poll(() => tree().getAttribute('aria-rowcount')).toBe(String(COUNT + 1));
  await row('f0000000').waitFor();
  await page.keyboard.press('PageDown');
  await row('f0000019').waitFor();
  await page.keyboard.press('ArrowDown');
  await page.locator('[role="row"][data-active]').getByText('f0000020').waitFor();
  await tree().evaluate((list) => list.scrollTo({ top: list.scrollHeight }));
  await row('f0059999').click();
  await page.keyboard.press('ArrowUp');
  await page.locator('[role="row"][data-active]').getByText('f0059998').waitFor();
  await page.keyboard.press('Home');
  await page.locator('[role="row"][data-active]').getByText('many').waitFor();
  expect(await page.getByRole('row').count()).toBeLessThan(90);
});

test('what is typed leads to the next file that is called so, and End to the last, wherever they are', async () => {
  await page.keyboard.type('F003141');
  await page.locator('[role="row"][data-active]').getByText('f0031410').waitFor();
  await page.keyboard.press('ArrowDown');
  await page.locator('[role="row"][data-active]').getByText('f0031411').waitFor();
  await page.keyboard.type('f000000');
  await page.locator('[role="row"][data-active]').getByText('f0000000').waitFor();
  await page.keyboard.press('End');
  await page.locator('[role="row"][data-active]').getByText('f0059999').waitFor();
  // Nothing that has once been on the way takes the place of what was asked for later.
  await page.keyboard.type('f00001');
  await page.locator('[role="row"][data-active]').getByText('f0000100').waitFor();
});

test('whoever scrolls all the way has few of the rows, and the one that is chosen', async () => {
  const heights = Array.from({ length: 40 }, (_, step) => step / 39);
  for (const share of heights) {
    await tree().evaluate((list, to) => list.scrollTo({ top: to * (list.scrollHeight - list.clientHeight) }), share);
    await page.locator('.tree-row .tree-label').first().waitFor();
  }
  await row('f0059999').waitFor();
  await tree().press('ArrowDown');
  await page.locator('[role="row"][data-active]').getByText('f0000101').waitFor();
});
