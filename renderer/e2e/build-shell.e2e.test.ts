import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { accessibilityFindings } from './accessibility.ts';
import { openScene, storyArchive, type BrowserScene } from './browser-scene.ts';

let scene: BrowserScene;
let page: Page;
let folder = '';

const FAILS = 'FROM base\nRUN --network=none echo big > /hidden && test -f /mended\nRUN --network=none rm /hidden\n';

beforeAll(async () => {
  scene = await openScene([await storyArchive('base:latest')]);
  ({ page } = scene);
  folder = join(scene.app.dataRoot, '..', 'context');
  await mkdir(folder);
});
afterAll(() => scene[Symbol.asyncDispose]());

/** Builds the folder from the form's page on. */
async function build(dockerfile: string): Promise<void> {
  await writeFile(join(folder, 'Dockerfile'), dockerfile);
  await scene.show('#/builds/new');
  await page.getByRole('textbox', { name: 'Folder' }).fill(folder);
  await page.getByRole('button', { name: 'Read it' }).click();
  await page.getByRole('textbox', { name: 'Names' }).fill('shell:1');
  await page.getByRole('button', { name: 'Build', exact: true }).click();
}

test('a step that failed is mended in a shell, and the build goes on from there', async () => {
  await build(FAILS);
  await page.getByText('The build failed').waitFor();
  await page.getByRole('option', { name: /test -f \/mended/ }).click();
  await page.getByRole('button', { name: 'Shell before it' }).click();
  await page.getByRole('heading', { name: 'Before step 2' }).waitFor();
  await page.locator('.xterm').waitFor();
  expect(await accessibilityFindings(page)).toEqual([]);
  await page.locator('.xterm').click();
  await page.keyboard.type('touch /mended\n');
  await page.keyboard.type('ls /mended && echo "it is" there\n');
  await page.locator('.xterm').getByText('it is there').first().waitFor();
  await scene.shot('build-shell');
  await page.getByRole('button', { name: 'Continue the build from here' }).click();
  await page.getByText('Built', { exact: true }).waitFor();
});

test('what was built says what it ships unseen, and each step’s files can be looked into', async () => {
  await page.getByText('are deleted or replaced above, but still shipped').waitFor();
  expect(await accessibilityFindings(page)).toEqual([]);
  await scene.shot('build-findings');
  await page.getByRole('option', { name: /test -f \/mended/ }).click();
  await page.getByRole('button', { name: 'Its files' }).click();
  await page.getByText('hidden', { exact: true }).first().waitFor();
});

test('a build is done again at once, with what its Dockerfile says now', async () => {
  await build('FROM base\nRUN --network=none true\n');
  await page.getByText('Built', { exact: true }).waitFor();
  await writeFile(join(folder, 'Dockerfile'), 'FROM base\nRUN --network=none echo another\n');
  await page.getByRole('button', { name: 'Rebuild' }).click();
  await page.getByRole('option', { name: /echo another/ }).waitFor();
  await page.getByText('Built', { exact: true }).waitFor();
  expect(scene.complaints).toEqual([]);
});
