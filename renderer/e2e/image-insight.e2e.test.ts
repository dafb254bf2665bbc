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

test('two images are compared: files, configuration, steps and content', async () => {
  await goTo('#/images/light%3A1');
  await page.getByRole('link', { name: 'Compare…' }).click();
  await page.getByText('Choose two things to compare').waitFor();
  await page.getByRole('combobox', { name: 'Now' }).fill('heavy:1');
  await page.getByRole('combobox', { name: 'Now' }).press('Escape');
  await page.getByRole('button', { name: 'Compare', exact: true }).click();
  const tree = page.getByRole('treegrid', { name: 'Files that differ' });
  await tree.getByRole('row', { name: /issue/ }).click();
  const diff = page.getByRole('region', { name: 'Difference of /etc/issue' });
  await diff.getByText('removed: heavy').waitFor();
  await diff.getByText('added: heavy, and cleaned').waitFor();
  await page.getByText('1 layer in common').waitFor();

  await page.getByRole('tab', { name: 'Configuration' }).click();
  const fields = page.getByRole('grid', { name: 'Configuration, field by field' });
  await fields.getByRole('row', { name: /Env\.STAGE/ }).waitFor();
  expect(await fields.getByRole('row', { name: /Env\.PATH/ }).count()).toBe(0);
  await page.getByRole('switch', { name: 'Only what differs' }).press('Space');
  await fields.getByRole('row', { name: /Env\.PATH/ }).waitFor();

  await page.getByRole('tab', { name: 'Steps' }).click();
  const steps = page.getByRole('table', { name: 'Steps, side by side' }).getByRole('row');
  await steps.nth(3).waitFor();
  expect(await steps.count()).toBe(4);
  expect(await steps.nth(1).textContent()).toMatch(/^the same.*COPY part-1.*COPY part-1/);
  expect(await steps.nth(2).textContent()).toMatch(/added.*COPY part-2/);

  await page.getByRole('tab', { name: 'Content' }).click();
  await page.getByText('Only in heavy:1').waitFor();
});

test('the two are swapped, and what cannot be compared says why', async () => {
  await page.getByRole('button', { name: 'Swap the two' }).click();
  await page.getByText('Only in light:1').waitFor();
  expect(await page.getByRole('combobox', { name: 'Before' }).inputValue()).toBe('heavy:1');
  await goTo('#/compare?before=image:light:1&now=image:nobody:7');
  await page
    .getByRole('alert')
    .getByText(/nobody:7/)
    .waitFor();
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
