import { readFile } from 'node:fs/promises';

import type { Download, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { openScene, type BrowserScene } from './browser-scene.ts';
import { oddArchive } from './odd-image.ts';

let scene: BrowserScene;
let page: Page;

beforeAll(async () => {
  scene = await openScene([await oddArchive()]);
  ({ page } = scene);
  // Without a picker, which a test can't answer, the browser downloads.
  await page.evaluate(() => Reflect.deleteProperty(window, 'showSaveFilePicker'));
  await scene.show('#/images/odd%3A1');
});
afterAll(() => scene[Symbol.asyncDispose]());

const preview = () => page.getByRole('region', { name: 'Preview' });
const row = (name: RegExp) => page.getByRole('treegrid').getByRole('row', { name });
const view = (name: string) => preview().getByRole('radio', { name, exact: true }).click();

async function choose(name: RegExp, folder?: RegExp): Promise<void> {
  if (folder !== undefined && (await row(name).count()) === 0) await row(folder).click();
  await row(name).click();
}

async function download(item: string): Promise<Download> {
  await preview().getByRole('button', { name: 'Download' }).click();
  const [downloaded] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: item }).click(),
  ]);
  return downloaded;
}

test('a text is compared with the version before, in one and side by side', async () => {
  await choose(/^settings\.ini/, /^etc/);
  await view('Difference');
  const lines = preview().getByRole('region', { name: 'Difference of /etc/settings.ini' });
  await lines.getByText('added: port = 8443').waitFor();
  await lines.getByText('removed: port = 8080').waitFor();
  await lines.getByText('added: secure = yes').waitFor();
  expect(await lines.getByText('# line 1', { exact: true }).count()).toBe(0);
  await view('Side by side');
  const [before, now] = await Promise.all(
    ['removed: port = 8080', 'added: port = 8443'].map((text) => lines.getByText(text).boundingBox()),
  );
  expect(before?.y).toBe(now?.y);
  await preview()
    .getByRole('button', { name: /as of layer 2/ })
    .click();
  await page.getByRole('option', { name: 'as of layer 1' }).click();
  await lines.getByText(/removed: port = 80$/).waitFor();
});

test('its history names every version, and leads to each', async () => {
  await view('History');
  const versions = preview().getByRole('list').getByRole('button');
  await versions.nth(3).waitFor();
  expect(await versions.count()).toBe(4);
  expect(
    (await versions.allTextContents()).map((text) => /Layer \d.*?(added|changed|removed)/.exec(text)?.[0]),
  ).toEqual([
    expect.stringMatching(/Layer 4.*added/),
    expect.stringMatching(/Layer 3.*removed/),
    expect.stringMatching(/Layer 2.*changed/),
    expect.stringMatching(/Layer 1.*added/),
  ]);
  await versions.nth(2).press('Enter');
  await page.getByRole('treegrid', { name: 'Files of Layer 2' }).waitFor();
  await view('Contents');
  await preview().getByText('port = 8080').waitFor();
});

test('details tell the whole digest, and a folder comes down as a tar', async () => {
  await view('Details');
  await preview()
    .getByText(/^sha256:[0-9a-f]{64}$/)
    .waitFor();
  expect(await preview().getByText('0644').count()).toBe(1);
  expect((await readFile(await (await download('The file')).path())).toString()).toContain('port = 8080');
  await scene.show('#/images/odd%3A1?layers=1-4');
  await row(/^etc/).waitFor();
  await page.getByRole('treegrid', { name: 'Files of Whole image' }).waitFor();
  await row(/^etc/).click();
  const tar = await download('The folder as a tar');
  expect(tar.suggestedFilename()).toBe('etc.tar');
  expect((await readFile(await tar.path())).toString('latin1')).toMatch(/^etc\/\0[^]*etc\/settings\.ini\0/);
});

test('bytes are read a page at a time', async () => {
  await view('Contents');
  await choose(/^noise/);
  const bytes = preview().getByRole('region', { name: 'Bytes of /noise' });
  await bytes.getByText('00000000', { exact: true }).waitFor();
  await bytes.getByText('f8 17 36 55 74 93 b2 d1').first().waitFor();
  await preview().getByRole('button', { name: 'Further' }).click();
  await bytes.getByText('00004000', { exact: true }).waitFor();
  await preview().getByText('16,384–32,767 of 100,000').waitFor();
  await preview()
    .getByRole('textbox', { name: /^Go to/ })
    .fill('0x18000');
  await page.keyboard.press('Enter');
  await bytes.getByText('00018000', { exact: true }).waitFor();
  expect(await preview().getByRole('button', { name: 'Further' }).isDisabled()).toBe(true);
});

test('pictures are drawn, and nothing in them runs', async () => {
  const drawn = (path: string) => preview().getByRole('img', { name: `What ${path} shows` });
  await choose(/shown\.png/);
  await drawn('/shown.png').waitFor();
  await preview().getByText('3 × 2 pixels').waitFor();
  await choose(/drawn\.svg/);
  await drawn('/drawn.svg').waitFor();
  expect(await drawn('/drawn.svg').evaluate((image) => image instanceof HTMLImageElement && image.naturalWidth)).toBe(
    120,
  );
  expect(await page.title()).not.toContain('it ran');
  await view('Text');
  await preview().getByText("document.title = 'it ran'").waitFor();
  await choose(/broken\.png/);
  await preview().getByText('It can’t be drawn: it is damaged').waitFor();
});

test('a program says what it needs', async () => {
  await choose(/^list/, /^bin/);
  await preview().getByRole('heading', { name: 'Program' }).waitFor();
  await preview()
    .getByText(/libc\.so\.6/)
    .waitFor();
  await preview()
    .getByText(/^\/lib.*ld-linux/)
    .waitFor();
});

test('a link leads to what it means inside the image, or nowhere', async () => {
  await choose(/^outside/);
  await preview().getByText('Inside this image that leads nowhere.').waitFor();
  await choose(/^inside/);
  await preview().getByRole('button', { name: 'Go to /etc/settings.ini' }).click();
  await preview().getByText('port = 8443').waitFor();
  const chosen = page.getByRole('treegrid').getByRole('row', { selected: true });
  expect(await chosen.getAttribute('aria-level')).toBe('2');
});
