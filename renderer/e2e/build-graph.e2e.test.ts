import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { accessibilityFindings } from './accessibility.ts';
import { openScene, storyArchive, type BrowserScene } from './browser-scene.ts';

let scene: BrowserScene;
let page: Page;
let folder = '';

const DOCKERFILE = `FROM base AS deps
COPY list /list
RUN --network=none sleep 0.4; cp /list /deps
FROM base AS assets
RUN --network=none echo assets > /assets
FROM base AS unneeded
RUN --network=none exit 1
FROM base
COPY --from=deps /deps /deps
COPY --from=assets /assets /assets
`;

beforeAll(async () => {
  scene = await openScene([await storyArchive('base:latest')]);
  ({ page } = scene);
  folder = join(scene.app.dataRoot, '..', 'context');
  await mkdir(folder);
});
afterAll(() => scene[Symbol.asyncDispose]());

/** Builds the folder, and goes to the build once it has ended. */
async function build(list: string, dockerfile = DOCKERFILE): Promise<string> {
  await writeFile(join(folder, 'list'), list);
  const { client } = scene.engine;
  const { build: id } = await client.call('builds.start', {
    folder,
    dockerfile,
    dockerfileName: 'Dockerfile',
    tags: ['graph:1'],
    args: {},
    labels: {},
    noCache: false,
    pull: false,
    network: 'none',
    secrets: {},
  });
  for await (const _ of client.stream('builds.watch', { build: id }));
  await scene.show(`#/builds/${id}`);
  return id;
}

const graph = () => page.getByRole('region', { name: 'Stages, and what each takes from which' });
const view = (name: string): Promise<void> => page.getByRole('radio', { name, exact: true }).click();

test('stages are drawn with what each takes from which, and the way that took longest', async () => {
  await build('one');
  await view('Graph');
  await graph().getByRole('region', { name: 'Stage deps' }).getByText('FROM base AS deps').waitFor();
  expect(await graph().getByRole('region', { name: 'Stage unneeded' }).count()).toBe(0);
  await graph()
    .getByText(/The longest way: \d steps/)
    .waitFor();
  const steps = graph().getByRole('button');
  await steps.filter({ hasText: 'RUN --network=none sleep' }).filter({ hasText: 'on the longest way' }).waitFor();
  const other = steps.filter({ hasText: 'echo assets' });
  expect(await other.innerText()).not.toContain('on the longest way');
  await other.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('region', { name: /^RUN --network=none echo assets/ }).waitFor();
  expect(await accessibilityFindings(page)).toEqual([]);
  await scene.shot('build-graph');
  await page.emulateMedia({ colorScheme: 'dark' });
  expect(await accessibilityFindings(page)).toEqual([]);
  await scene.shot('build-graph-dark');
  await page.emulateMedia({ colorScheme: 'light' });
});

test('a changed file says what it made run again, and what would have saved that', async () => {
  await build('two');
  await page.getByRole('option', { name: /COPY list/ }).click();
  await page.getByText('/list has other content.').waitFor();
  await page.getByText(/the step on line 3 ran again: \d+\.\d\ss/).waitFor();
  await scene.shot('build-hint');
});

test('builds of the same have a history, and two of them are compared step by step', async () => {
  await view('History');
  const rows = page.getByRole('list', { name: 'Builds of the same, newest first' }).getByRole('listitem');
  expect(await rows.count()).toBe(2);
  await scene.shot('build-history');
  await rows
    .nth(1)
    .getByRole('link', { name: /Compare with the one of/ })
    .click();
  await page.getByText('They made different images.').waitFor();
  const table = page.getByRole('grid', { name: 'Steps of both builds' });
  await table
    .getByRole('row', { name: /RUN --network=none sleep/ })
    .getByText('another')
    .waitFor();
  await table
    .getByRole('row', { name: /echo assets/ })
    .getByText('the same')
    .waitFor();
  await table
    .getByRole('row', { name: /echo assets/ })
    .getByText('cached')
    .waitFor();
  expect(await accessibilityFindings(page)).toEqual([]);
  await scene.shot('build-compare');
});

test('what ended a build stands at its line', async () => {
  await build('two', DOCKERFILE.replace('echo assets', 'exit 7; echo assets'));
  await view('Dockerfile');
  const text = page.getByRole('textbox', { name: 'Text of the Dockerfile' });
  await text
    .getByRole('note')
    .getByText(/returned a non-zero code: 7/)
    .waitFor();
  await scene.shot('build-failed-text');
  await page.getByRole('link', { name: 'Build again…' }).click();
  await text
    .getByRole('note')
    .getByText(/returned a non-zero code: 7/)
    .waitFor();
  await text.press('Control+End');
  await page.keyboard.type('# mended');
  await text.getByRole('note').waitFor({ state: 'detached' });
  expect(scene.complaints).toEqual([]);
});

test('a build that goes on shows what is yet to come, and can be cancelled', async () => {
  await writeFile(
    join(folder, 'Dockerfile'),
    'FROM base\nRUN --network=none echo begun; sleep 300\nRUN --network=none true\n',
  );
  await scene.show('#/builds/new');
  await page.getByRole('textbox', { name: 'Folder' }).fill(folder);
  await page.getByRole('button', { name: 'Read it' }).click();
  await page.getByRole('button', { name: 'Build', exact: true }).click();
  await page.getByRole('log').getByText('begun').waitFor();
  await page.getByRole('option', { name: /waiting.*RUN --network=none true/ }).waitFor();
  expect(await page.getByText('It changed no file.').count()).toBe(0);
  await scene.shot('build-running');
  await view('Graph');
  await graph()
    .getByRole('button', { name: /waiting RUN --network=none true/ })
    .waitFor();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByText('Cancelled', { exact: true }).waitFor();
  await scene.shot('build-cancelled');
});

test('all of it is there at 900 pixels', async () => {
  await page.setViewportSize({ width: 900, height: 700 });
  await build('three');
  await view('Graph');
  await graph()
    .getByText(/The longest way/)
    .waitFor();
  await scene.shot('build-graph-900');
  await view('History');
  await scene.shot('build-history-900');
});
