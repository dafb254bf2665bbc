import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { type ImageFixture, makeImageOf } from '#engine/testing/image-fixture.ts';
import { TestRegistry } from '#engine/testing/registry-server.ts';

import { accessibilityFindings } from './accessibility.ts';
import { openScene, type BrowserScene } from './browser-scene.ts';
import { heavyArchives } from './heavy-image.ts';

const stack = new AsyncDisposableStack();
let registry: TestRegistry;
let far: ImageFixture;
let scene: BrowserScene;
let page: Page;
let complaints: readonly string[];

beforeAll(async () => {
  registry = stack.use(await TestRegistry.start());
  far = await makeImageOf(3);
  registry.push('team/far:1', far);
  scene = stack.use(await openScene(await heavyArchives()));
  ({ page, complaints } = scene);
  await page.getByRole('row', { name: /heavy/ }).waitFor();
});
afterAll(() => stack.disposeAsync());

const goTo = (hash: string): Promise<void> => scene.show(hash);

test('two images are compared: files, configuration, steps and content', async () => {
  await goTo('#/compare?before=image:light:1');
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

test('two images that are chosen in the list lead to what differs between them', async () => {
  await goTo('#/images');
  for (const name of [/heavy/, /light/]) await page.getByRole('row', { name }).getByRole('checkbox').press('Space');
  await page.getByRole('link', { name: 'Compare the two' }).click();
  await page.getByText('1 layer in common').waitFor();
  const sides = ['Before', 'Now'].map((name) => page.getByRole('combobox', { name }).inputValue());
  expect((await Promise.all(sides)).toSorted()).toEqual(['heavy:1', 'light:1']);
});

test('a container is compared with its image', async () => {
  const { client } = scene.engine;
  const made = { image: 'light:1', name: 'box', command: ['true'], tty: false, openStdin: false };
  const { id } = await client.call('containers.create', made);
  await goTo(`#/containers/${id}/details`);
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Compare with its image' }).click();
  await page.getByText('The same files').waitFor();
  expect(await page.getByRole('combobox', { name: 'Now' }).inputValue()).toBe(id);
});

test('what only a registry has is compared by what it says; its files are downloaded when that is asked for', async () => {
  await goTo('#/images/light%3A1?tab=compare');
  await page.getByText('Choose what to compare it with').waitFor();
  await page.getByRole('button', { name: /What it is/ }).click();
  await page.getByRole('option', { name: 'In a registry' }).click();
  await page.getByRole('combobox', { name: 'Compare with' }).fill(`${registry.host}/team/far:1`);
  await page.getByRole('button', { name: 'Compare', exact: true }).click();
  await page.getByText(/team\/far:1: 3 layers \(.*\) would have to be downloaded first/).waitFor();
  const layersAsked = (): number =>
    far.layers.filter(({ blob }) => registry.requests.some(({ path }) => path.includes(blob.descriptor.digest))).length;
  expect(layersAsked()).toBe(0);
  await scene.shot('compare-remote-light-en');
  expect(await accessibilityFindings(page)).toEqual([]);
  await page.getByRole('button', { name: /^Download .* and compare$/ }).click();
  await page.getByRole('treegrid', { name: 'Files that differ' }).waitFor();
  expect(layersAsked()).toBe(3);
});

test('nothing was complained about', () => {
  expect(complaints).toEqual([]);
});
