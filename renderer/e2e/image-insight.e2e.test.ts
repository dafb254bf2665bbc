import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { openScene, type BrowserScene } from './browser-scene.ts';
import { heavyArchives } from './heavy-image.ts';

let scene: BrowserScene;
let page: Page;
let complaints: readonly string[];

beforeAll(async () => {
  scene = await openScene(await heavyArchives());
  ({ page, complaints } = scene);
  await page.getByRole('row', { name: /heavy/ }).waitFor();
});
afterAll(() => scene[Symbol.asyncDispose]());

const goTo = (hash: string): Promise<void> => scene.show(hash);

test('an image says why it is big, and each reason leads to its file', async () => {
  await goTo('#/images/heavy%3A1?tab=why');
  const rows = (title: string) => page.getByRole('list', { name: title }).getByRole('link');
  await rows('Largest files').first().waitFor();
  expect(await rows('Largest files').first().textContent()).toContain('/usr/lib/large.so');
  expect(await rows('Left behind').allTextContents()).toEqual([
    expect.stringMatching(/Lists of apt.*300.kB.*rm -rf \/var\/lib\/apt\/lists\/\* in the same RUN/),
  ]);
  expect(await rows('Shipped and not seen').first().textContent()).toMatch(/bundle\.js.*200.kB.*replaced by layer 3/);
  const secret = rows('Looks like a secret').first();
  expect(await secret.textContent()).toMatch(/id_rsa.*private key.*hidden by layer 3, shipped all the same/);
  expect(await page.getByText('BEGIN OPENSSH').count()).toBe(0);
  await secret.press('Enter');
  await page.getByRole('treegrid', { name: 'Files of Layer 2' }).waitFor();
  await page.getByRole('region', { name: 'Preview' }).getByText('/root/.ssh/id_rsa').first().waitFor();
});

test('where the bytes are is a picture that opens directory by directory, and a table that says the same', async () => {
  await goTo('#/images/heavy%3A1?tab=why');
  const picture = page.getByRole('toolbar', { name: 'Directories and files by their bytes' });
  const first = picture.getByRole('button').first();
  expect(await first.textContent()).toMatch(/^usr 900.kB/);
  await first.focus();
  await page.keyboard.press('ArrowRight');
  await picture.getByRole('button', { name: /^srv 410.kB$/ }).press('Enter');
  await picture.getByRole('button', { name: /^app 410.kB$/ }).press('Enter');
  await picture.getByRole('button', { name: /^bundle\.js 210.kB$/ }).waitFor();
  await page.getByRole('radio', { name: 'Table' }).click();
  const table = page.getByRole('grid', { name: 'Directories and files, the largest first' });
  expect(await table.getByRole('rowheader').allTextContents()).toEqual(['bundle.js', 'copy-of-bundle.js']);
  await scene.shot('sizes-table-light-en');
  await page.getByRole('navigation', { name: 'Directories above' }).getByRole('button', { name: '/' }).click();
  await table.getByRole('row', { name: /^var\// }).waitFor();
});

test('layers that images share are one bed, and the arrows go from trunk to branch', async () => {
  await goTo('#/images');
  await page.getByRole('link', { name: 'Shared layers' }).click();
  const picture = page.getByRole('toolbar', { name: /^Layers that images share/ });
  const trunk = picture.getByRole('button', { name: /^1 layer, .*, in 2 images: light:1$/ });
  await trunk.focus();
  await page.keyboard.press('ArrowRight');
  const branch = picture.getByRole('button', { name: /^2 layers, .*, in 1 image: heavy:1$/, pressed: true });
  await branch.waitFor();
  const [below, above] = await Promise.all([trunk.boundingBox(), branch.boundingBox()]);
  expect(below?.height).toBeGreaterThan((above?.height ?? 0) * 1.9);
  expect(above?.x).toBeGreaterThanOrEqual((below?.x ?? 0) + (below?.width ?? 0) - 1);
  expect(await page.getByRole('region', { name: 'The chosen layers' }).getByRole('listitem').count()).toBe(2);
  await page.getByRole('radio', { name: 'Table' }).click();
  const table = page.getByRole('grid', { name: 'Layers that images share' });
  await table.getByRole('link', { name: 'heavy:1' }).click();
  await page.getByRole('heading', { name: 'heavy:1' }).waitFor();
});

test('an image says what was built on it, and a layer who has it, in the removal question too', async () => {
  await goTo('#/images/light%3A1?tab=used');
  const builtOn = page.getByRole('list', { name: 'Images built on it' });
  await builtOn.getByRole('link', { name: /^heavy:1/ }).waitFor();
  await goTo('#/images/light%3A1?layers=1');
  await page.getByRole('button', { name: 'Used by…' }).click();
  const having = page
    .getByRole('dialog', { name: 'Who has layer 1' })
    .getByRole('list', { name: 'Images that have it' });
  expect(await having.getByRole('link').allTextContents()).toEqual(
    expect.arrayContaining([expect.stringMatching(/^heavy:1/), expect.stringMatching(/^light:1/)]),
  );
  await having.getByRole('link', { name: /^heavy:1/ }).click();
  await page.getByRole('heading', { name: 'heavy:1' }).waitFor();
  await goTo('#/images');
  await page.getByRole('row', { name: /light/ }).press('Delete');
  await page.getByText('An image is built on it and keeps its layers: heavy:1').waitFor();
  await page.keyboard.press('Escape');
});

test('nothing was complained about', () => {
  expect(complaints).toEqual([]);
});
