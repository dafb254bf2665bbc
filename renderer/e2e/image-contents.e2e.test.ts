import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { dockerArchive } from '#engine/testing/archive-fixture.ts';
import { makeImage } from '#engine/testing/image-fixture.ts';

import { openScene, type BrowserScene } from './browser-scene.ts';

let scene: BrowserScene;
let page: Page;

const dpkg = Array.from(
  { length: 250 },
  (_, at) => `Package: lib${at}\nStatus: install ok installed\nArchitecture: amd64\nVersion: ${at}.0-1\n\n`,
).join('');

beforeAll(async () => {
  const layers = [
    [
      { name: 'usr/lib/os-release', body: 'ID=debian\nVERSION_ID=12\nPRETTY_NAME="Debian 12"\n', owner: 0 },
      { name: 'var/lib/dpkg/status', body: dpkg, owner: 0 },
      {
        name: 'app/node_modules/left-pad/package.json',
        body: '{"name":"left-pad","version":"1.3.0","license":"WTFPL"}',
        owner: 0,
      },
      { name: 'var/lib/rpm/Packages', body: 'an older form', owner: 0 },
    ],
  ];
  const image = await makeImage(layers, { format: 'docker', compression: 'none', config: {} });
  scene = await openScene([await dockerArchive({ image, names: ['contents:1'] })]);
  ({ page } = scene);
  const folder = join(scene.app.dataRoot, '..', 'attested');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'note'), 'hello');
  const wish = {
    folder,
    dockerfile: 'FROM contents:1\nCOPY note /note\n',
    dockerfileName: 'Dockerfile',
    tags: ['attested:1'],
    args: {},
    labels: {},
    noCache: false,
    pull: false,
    network: 'default',
    secrets: {},
    attest: { sbom: true, provenance: 'max' as const },
  };
  for await (const _ of scene.engine.client.stream('builds.run', wish));
});
afterAll(() => scene[Symbol.asyncDispose]());

const packages = () => page.getByRole('grid', { name: 'Installed packages' });

test('the packages of an image are a list that can be filtered', async () => {
  await scene.show('#/images/contents%3A1?tab=contents');
  await packages().waitFor();
  await page.getByText('251 packages of Debian 12').waitFor();
  await page.getByText('51 more are not shown').waitFor();
  await page.getByText('The form of /var/lib/rpm/Packages is not known here.').waitFor();
  await page.getByText('Nothing is said of this image beside it.').waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type('npm left');
  await page.getByText('1 package of Debian 12').waitFor();
  const row = packages().getByRole('row').nth(1);
  expect(await row.textContent()).toMatch(/^left-pad1\.3\.0npmWTFPL1\/app\/node_modules\/left-pad\/package\.json$/);
  await page.getByRole('searchbox', { name: 'Filter packages' }).fill('nothing so');
  await page.getByText('No package is called so').waitFor();
});

test('what is said of an image that was built so is shown beside it', async () => {
  await scene.show('#/images/attested%3A1?tab=contents');
  await packages().waitFor();
  await scene.shot('image-packages');
  const views = page.getByRole('radiogroup', { name: 'What is shown' });
  await views.getByRole('radio', { name: /^How it was made · linux\// }).click();
  const provenance = page.getByLabel('https://slsa.dev/provenance/v1', { exact: true });
  await provenance.getByText('"https://in-toto.io/Statement/v0.1"').waitFor();
  await scene.shot('image-provenance');
  await views.getByRole('radio', { name: /^List of the build · linux\// }).click();
  await page.getByLabel('https://spdx.dev/Document', { exact: true }).getByText('"SPDX-2.3"').waitFor();
});

test('it is read in the dark and in a narrow window', async () => {
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.setViewportSize({ width: 900, height: 640 });
  await scene.show('#/images/attested%3A1?tab=contents');
  await page.getByRole('radio', { name: 'Installed' }).click();
  await packages().waitFor();
  await scene.shot('image-packages-dark-narrow');
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(wide).toBeLessThanOrEqual(900);
});

test('nothing was complained about', () => {
  expect(scene.complaints).toEqual([]);
});
