import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';

import type { ConnectedEngine } from '#engine/client/connect-engine.ts';
import { TestRegistry } from '#engine/testing/registry-server.ts';

import type { BrowserApp } from './browser-app.ts';
import { openScene, storyArchive, type BrowserScene } from './browser-scene.ts';

let scene: BrowserScene;
let app: BrowserApp;
let engine: ConnectedEngine;
let page: Page;
let complaints: readonly string[];

let folder = '';

const DOCKERFILE = `FROM base AS made
COPY src /src
RUN --network=none echo "counted $(ls /src | wc -l)"; cat /src/a > /made
FROM base
COPY --from=made /made /made
CMD cat /made
`;

beforeAll(async () => {
  scene = await openScene([await storyArchive('base:latest')]);
  ({ app, engine, page, complaints } = scene);
  folder = join(app.dataRoot, '..', 'context');
  await mkdir(join(folder, 'src'), { recursive: true });
  await writeFile(join(folder, 'src/a'), 'one\n');
  await writeFile(join(folder, 'Dockerfile'), DOCKERFILE);
});
afterAll(() => scene[Symbol.asyncDispose]());

const shot = (name: string): Promise<void> => scene.shot(name);

test('a folder is built from the form, which says what is amiss before', async () => {
  await page.getByRole('link', { name: 'Builds' }).click();
  await page.getByText('Nothing was built yet').waitFor();
  await page.getByRole('link', { name: 'Build…' }).first().click();
  await page.getByRole('button', { name: 'Build', exact: true }).click();
  await page.getByText('A path that begins with a slash.').waitFor();
  await page.getByRole('textbox', { name: 'Folder' }).fill(folder);
  await page.getByRole('button', { name: 'Read it' }).click();
  await page.getByRole('button', { name: /JSON arguments recommended for CMD/ }).waitFor();
  await page.getByRole('textbox', { name: 'Names' }).fill('made:1');
  await page.getByText(`estrato build -t made:1 ${folder}`).waitFor();
  await shot('build-form');
  await page.getByRole('button', { name: 'Build', exact: true }).click();
  await page.getByText('Built', { exact: true }).waitFor();
  await page.getByRole('option', { name: /RUN --network=none/ }).click();
  await page
    .getByRole('log', { name: /What step 3 printed/ })
    .getByText('counted 1')
    .waitFor();
  await page.getByText('it was not built before.').waitFor();
});

test('the second time it says what comes from the cache, and what not and why', async () => {
  await writeFile(join(folder, 'src/a'), 'two\n');
  await page.getByRole('link', { name: 'Build again…' }).click();
  expect(await page.getByRole('textbox', { name: 'Names' }).inputValue()).toBe('made:1');
  await page.getByRole('button', { name: 'Build', exact: true }).click();
  await page.getByText('Built', { exact: true }).waitFor();
  await page.getByRole('option', { name: /COPY src/ }).click();
  await page.getByText('/src/a has other content.').waitFor();
  await page.getByRole('option', { name: /RUN --network=none/ }).click();
  await page.getByText('the step on line 2 was built anew.').waitFor();
  await shot('build-light-en');
  await page.emulateMedia({ colorScheme: 'dark' });
  await shot('build-dark-en');
  await page.emulateMedia({ colorScheme: 'light' });
});

test('a step that fails is shown with what it printed', async () => {
  await page.getByRole('link', { name: 'Build again…' }).click();
  const text = page.getByRole('textbox', { name: 'Text of the Dockerfile' });
  await text.fill('FROM base\nRUN --network=none echo before it ended; exit 4\n');
  await page.getByRole('button', { name: 'Build', exact: true }).click();
  await page.getByText('The build failed').waitFor();
  await page
    .locator('main')
    .getByText(/returned a non-zero code: 4/)
    .waitFor();
  await page
    .getByRole('log', { name: /What step 2 printed/ })
    .getByText('before it ended')
    .waitFor();
  await shot('build-failed');
  await page.getByRole('link', { name: 'Builds', exact: true }).first().click();
  const rows = page.getByRole('grid').getByRole('row');
  await rows.nth(1).getByText('Failed').waitFor();
  await rows.nth(2).getByText('Built').waitFor();
  await shot('builds');
});

test('of two builds the one that is looked at is cancelled, and the other goes on', async () => {
  const wish = { folder, dockerfileName: 'Dockerfile', args: {}, labels: {}, noCache: true, pull: false };
  const slow = 'FROM base\nRUN --network=none sleep 300\n';
  const start = (tag: string) =>
    engine.client.call('builds.start', { ...wish, dockerfile: slow, tags: [tag], network: 'default', secrets: {} });
  const { build: first } = await start('slow:1');
  const { build: second } = await start('slow:2');
  const state = async (build: string): Promise<string | undefined> =>
    (await engine.client.call('builds.list', {})).find(({ id }) => id === build)?.state;
  await page.evaluate((build) => {
    window.location.hash = `#/builds/${build}`;
  }, first);
  await page.getByRole('heading', { name: 'slow:1' }).waitFor();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByText('Cancelled', { exact: true }).waitFor();
  expect([await state(first), await state(second)]).toEqual(['cancelled', 'running']);
  const job = (await engine.client.call('jobs.list', {})).find(({ title }) => title === 'slow:2')?.id ?? '';
  await engine.client.call('jobs.cancel', { id: job });
  await expect.poll(() => state(second)).toBe('cancelled');
});

test('what was built is looked into', async () => {
  await page.getByRole('link', { name: 'Builds', exact: true }).first().click();
  await page.getByRole('grid').getByRole('link', { name: 'made:1' }).last().click();
  await page.getByRole('link', { name: 'Look inside' }).click();
  await page.getByRole('heading', { name: 'made' }).waitFor();
  await page
    .getByText(/COPY --from=made/)
    .first()
    .waitFor();
  expect(complaints).toEqual([]);
});

test('what is built is pushed where its names say, and what is not is told', async () => {
  await using owned = new AsyncDisposableStack();
  const registry = owned.use(await TestRegistry.start());
  const { host } = registry;
  await page.getByRole('link', { name: 'Builds', exact: true }).first().click();
  await page.getByRole('grid').getByRole('link', { name: 'made:1' }).last().click();
  await page.getByRole('link', { name: 'Build again…' }).click();
  await page.getByRole('textbox', { name: 'Names' }).fill(`${host}/team/made:1`);
  const push = page.getByRole('switch', { name: 'Push it to the registries of its names' });
  await push.focus();
  await page.keyboard.press('Space');
  await page.getByText(`estrato build -t ${host}/team/made:1 --push`).waitFor();
  await shot('build-push');
  await page.getByRole('button', { name: 'Build', exact: true }).click();
  await page.getByText('Built', { exact: true }).waitFor();
  expect(registry.count('PUT', '/v2/team/made/manifests/1')).toBe(1);
  await owned.disposeAsync();
  await page.getByRole('link', { name: 'Build again…' }).click();
  expect(await push.isChecked()).toBe(true);
  await page.getByRole('button', { name: 'Build', exact: true }).click();
  await page
    .getByText(/made:1 was built and not pushed/)
    .first()
    .waitFor();
  await shot('build-not-pushed');
});
