import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { accessibilityFindings } from './accessibility.ts';
import { openScene, storyArchive, type BrowserScene } from './browser-scene.ts';

let scene: BrowserScene;
let page: Page;
let folder = '';

const DOCKERFILE = `FROM base AS made
COPY src /src
FROM base
COPY --from=made /src /src
CMD cat /src/a
`;

beforeAll(async () => {
  scene = await openScene([await storyArchive('base:latest')]);
  ({ page } = scene);
  folder = join(scene.app.dataRoot, '..', 'my app');
  await mkdir(join(folder, 'src'), { recursive: true });
  await writeFile(join(folder, 'src/a'), 'one\n');
  await writeFile(join(folder, 'Dockerfile'), DOCKERFILE);
  await writeFile(join(folder, '.dockerignore'), '*.log\n');
});
afterAll(() => scene[Symbol.asyncDispose]());

const editor = () => page.getByRole('textbox', { name: 'Text of the Dockerfile' });
const completions = () => page.getByRole('listbox', { name: 'Completions' });

test('a Dockerfile is completed as it is written, and its problems are gone to', async () => {
  await scene.show('#/builds/new');
  await page.getByRole('textbox', { name: 'Folder' }).fill(folder);
  await page.getByRole('button', { name: 'Read it' }).click();
  await page.getByRole('button', { name: /line 5 .*JSON arguments recommended/ }).waitFor();
  await editor().focus();
  await page.keyboard.press('Control+End');
  await page.keyboard.type('COPY --fr');
  await completions().getByRole('option', { name: '--from' }).click();
  await completions().getByRole('option', { name: 'made' }).click();
  await page.keyboard.type(' /src');
  expect(await editor().innerText()).toContain('COPY --from=made /src');
  await page.getByRole('button', { name: /line 6 COPY requires at least two arguments/ }).click();
  await page.keyboard.press('End');
  await page.keyboard.type(' /again');
  await page.getByRole('button', { name: /line 6/ }).waitFor({ state: 'detached' });
});

test('it is saved where it was read from, and never over what somebody else wrote', async () => {
  await page.getByText('Not saved').waitFor();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('Not saved').waitFor({ state: 'detached' });
  expect(await readFile(join(folder, 'Dockerfile'), 'utf8')).toBe(`${DOCKERFILE}COPY --from=made /src /again`);
  await writeFile(join(folder, 'Dockerfile'), 'FROM elsewhere\n');
  await editor().fill(DOCKERFILE);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText(/has other content since it was read/).waitFor();
  expect(await readFile(join(folder, 'Dockerfile'), 'utf8')).toBe('FROM elsewhere\n');
});

test('Tab leaves the text, and nothing is amiss for those who do not see it', async () => {
  await editor().focus();
  await page.keyboard.press('Tab');
  await page.waitForFunction(() => document.activeElement?.closest('.builds-editor') === null);
  expect(await accessibilityFindings(page)).toEqual([]);
  await scene.shot('build-form-editor');
  await page.emulateMedia({ colorScheme: 'dark' });
  expect(await accessibilityFindings(page)).toEqual([]);
  await scene.shot('build-form-editor-dark');
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize({ width: 900, height: 700 });
  await scene.shot('build-form-editor-900');
  await page.setViewportSize({ width: 1280, height: 800 });
});

test('options are kept by a name, and taken again', async () => {
  await page.getByRole('textbox', { name: 'Arguments' }).fill('MODE=release');
  await page.getByRole('textbox', { name: 'Secrets' }).fill('token=/run/token');
  await page.getByRole('button', { name: 'Presets' }).click();
  await page.getByRole('menuitem', { name: 'Keep these options…' }).click();
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('release');
  await page.keyboard.press('Enter');
  await page.reload();
  expect(await page.getByRole('textbox', { name: 'Arguments' }).inputValue()).toBe('');
  await page.getByRole('button', { name: 'Presets' }).click();
  await page.getByRole('menuitem', { name: 'release', exact: true }).click();
  expect(await page.getByRole('textbox', { name: 'Arguments' }).inputValue()).toBe('MODE=release');
  await page.getByText('--secret id=token,src=/run/token').waitFor();
  await page.getByRole('button', { name: 'Presets' }).click();
  await page.getByRole('menuitem', { name: 'Remove release' }).click();
  await page.getByRole('button', { name: 'Presets' }).click();
  await page.getByRole('menuitem', { name: 'Keep these options…' }).waitFor();
  expect(await page.getByRole('menuitem', { name: 'release' }).count()).toBe(0);
  await page.keyboard.press('Escape');
});

test('a folder that is dropped is built without being on the engine’s machine', async () => {
  await writeFile(join(folder, 'Dockerfile'), DOCKERFILE);
  await writeFile(join(folder, 'src/b.log'), 'left out');
  const devtools = await page.context().newCDPSession(page);
  const data = { items: [], files: [folder], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await devtools.send('Input.dispatchDragEvent', { type, x: 500, y: 300, data });
  await page.getByText('4 files').waitFor();
  await page.getByRole('textbox', { name: 'Secrets' }).fill('');
  await page.getByRole('textbox', { name: 'Names' }).fill('dropped:1');
  await page.getByRole('button', { name: 'Build', exact: true }).click();
  await page.getByText('Built', { exact: true }).waitFor();
  const [built] = await scene.engine.client.call('builds.list', {});
  expect(built).toMatchObject({ names: ['dropped:1'], state: 'done' });
});

test('a folder can be chosen without a pointer, too', async () => {
  await scene.show('#/builds/new');
  const choosing = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Choose a folder…' }).press('Enter');
  await (await choosing).setFiles(folder);
  await page.getByText('4 files').waitFor();
  expect(await editor().innerText()).toContain('COPY --from=made /src /src');
  await page.getByRole('button', { name: 'Leave this folder' }).click();
  await page.getByRole('textbox', { name: 'Folder' }).waitFor();
});

test('a folder that was built before is there with its options', async () => {
  await page.getByRole('textbox', { name: 'Folder' }).fill(folder);
  await page.getByRole('button', { name: 'Read it' }).click();
  await page.getByRole('textbox', { name: 'Names' }).fill('recent:1');
  await page.getByRole('textbox', { name: 'Arguments' }).fill('MODE=release');
  await page.getByRole('button', { name: 'Build', exact: true }).click();
  await page.getByText('Built', { exact: true }).waitFor();
  await scene.show('#/builds/new');
  await page.getByRole('textbox', { name: 'Names' }).fill('other:1');
  await page.getByRole('textbox', { name: 'Folder' }).fill('/elsewhere');
  await page.getByRole('button', { name: 'Recent folders' }).click();
  await page.getByRole('menuitem', { name: folder }).click();
  await page.getByText(`estrato build -t recent:1 --build-arg MODE=release '${folder}'`).waitFor();
  expect(await editor().innerText()).toContain('COPY --from=made /src /src');
  expect(scene.complaints).toEqual([]);
});
