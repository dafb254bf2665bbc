import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { connectEngine } from '#engine/client/connect-engine.ts';
import { dockerArchive } from '#engine/testing/archive-fixture.ts';
import { makeStoryImage } from '#engine/testing/story-image.ts';
import { catalogue } from '#renderer/i18n/catalogue.ts';

import { lacking, launchBrowser, loadArchive, openPage, startBrowserApp, type BrowserApp } from './browser-app.ts';

/** Not committed; the README's two pictures are chosen from here. */
const SHOTS = 'test-output/screenshots';

const IMAGE = 'team/story:1.0';
const stack = new AsyncDisposableStack();
let app: BrowserApp;
let empty: BrowserApp;
let browser: Browser;
let container = '';
let hasNetworks = false;

/** The token opens a browser once; what it gave is carried over to the other languages and themes. */
let sessions: Awaited<ReturnType<BrowserContext['storageState']>>;

beforeAll(async () => {
  await mkdir(SHOTS, { recursive: true });
  empty = stack.use(await startBrowserApp());
  app = stack.use(await startBrowserApp());
  browser = stack.adopt(await launchBrowser({ webgl: true }), (open) => open.close());
  const { page } = await openPage(browser, app.url);
  await page.goto(empty.url);
  sessions = await page.context().storageState();
  using engine = await connectEngine(join(app.dataRoot, 'estrato.sock'));
  await loadArchive(app, await dockerArchive({ image: await makeStoryImage(), names: [IMAGE, 'team/story:latest'] }));
  // Before anybody writes there: who does would have to be paused, which not every engine can.
  await engine.client.call('volumes.create', { name: 'notes' });
  await engine.client.call('volumes.save', { name: 'notes', point: 'monday', note: 'before the upgrade' });
  hasNetworks = (await lacking(app, 'networks')) === undefined;
  const { id } = await engine.client.call('containers.create', {
    image: IMAGE,
    name: 'afternoon',
    command: [
      'sh',
      '-c',
      'ls -l --color /; cat /srv/app/settings.ini; echo more >> /srv/app/settings.ini; sleep 1001 & exec sh',
    ],
    tty: true,
    openStdin: true,
    binds: ['notes:/notes'],
  });
  container = id;
  await engine.client.call('containers.start', { id });
  const gone = { image: IMAGE, name: 'morning', command: ['true'], tty: false, openStdin: false };
  await engine.client.call('containers.create', gone);
  await engine.client.call('containers.remove', { id: 'morning' });
});

afterAll(() => stack.disposeAsync());

interface Screen {
  readonly name: string;
  readonly address: () => string;
  /** Something only this screen has, by the catalogue's key. */
  readonly settled: (page: Page) => Promise<void>;
}

/** With who is on it, where an engine can make networks. */
async function networkShown(page: Page): Promise<void> {
  await page.getByText('bridge').first().waitFor();
  if (hasNetworks) await page.getByRole('link', { name: 'afternoon' }).first().waitFor();
}

const screens: readonly Screen[] = [
  { name: 'images', address: () => '#/images', settled: (page) => page.getByText('team/story').first().waitFor() },
  {
    name: 'image',
    address: () => `#/images/${encodeURIComponent(IMAGE)}`,
    settled: async (page) => {
      await page.getByRole('option').nth(4).click();
      // What a layer changed stands open.
      await page.getByRole('row', { name: /readme\.md/ }).click();
      await page.getByText('An image whose layers').waitFor();
    },
  },
  {
    name: 'run',
    address: () => `#/run?image=${encodeURIComponent(IMAGE)}`,
    settled: (page) => page.getByText('docker run').waitFor(),
  },
  {
    name: 'containers',
    address: () => '#/containers',
    settled: (page) => page.getByText('afternoon').first().waitFor(),
  },
  {
    name: 'volumes',
    address: () => '#/volumes',
    settled: async (page) => {
      await page.getByRole('link', { name: 'afternoon' }).waitFor();
      // Measured.
      await page.getByRole('gridcell', { name: /^0\s/ }).waitFor();
    },
  },
  {
    name: 'terminal',
    address: () => `#/containers/${container}/terminal`,
    settled: (page) => page.locator('[data-renderer="webgl"]').waitFor(),
  },
  {
    name: 'logs',
    address: () => `#/containers/${container}/logs`,
    settled: (page) => page.getByText('greeting').first().waitFor(),
  },
  {
    name: 'processes',
    address: () => `#/containers/${container}/processes`,
    settled: (page) => page.getByRole('row', { name: /sleep 1001/ }).waitFor(),
  },
  {
    name: 'stats',
    address: () => `#/containers/${container}/stats`,
    settled: (page) => page.getByRole('slider').first().waitFor(),
  },
  {
    name: 'changes',
    address: () => `#/containers/${container}/changes`,
    settled: async (page) => {
      await page.getByRole('row', { name: /settings\.ini/ }).click();
      await page.getByText('greeting').first().waitFor();
    },
  },
  {
    name: 'details',
    address: () => `#/containers/${container}/details`,
    settled: (page) => page.getByText('APP_HOME').first().waitFor(),
  },
  {
    name: 'volume',
    address: () => '#/volumes/notes',
    settled: (page) => page.getByText('monday').waitFor(),
  },
  {
    name: 'networks',
    address: () => '#/networks',
    settled: networkShown,
  },
  {
    name: 'network',
    address: () => '#/networks/bridge',
    settled: networkShown,
  },
  {
    name: 'registries',
    address: () => '#/registries',
    settled: (page) => page.getByRole('switch').nth(1).waitFor(),
  },
  {
    name: 'trash',
    address: () => '#/trash',
    settled: (page) => page.getByText('morning').first().waitFor(),
  },
  { name: 'settings', address: () => '#/settings', settled: (page) => page.getByText('Linux').first().waitFor() },
];

const variants = [
  { theme: 'light', language: 'en' },
  { theme: 'dark', language: 'en' },
  { theme: 'light', language: 'es' },
  { theme: 'dark', language: 'es' },
] as const;

describe.each(variants)('$theme, $language', ({ theme, language }) => {
  let page: Page;
  let complaints: readonly string[];

  beforeAll(async () => {
    ({ page, complaints } = await openPage(browser, new URL(app.url).origin, {
      storageState: sessions,
      colorScheme: theme,
      locale: language === 'en' ? 'en-US' : 'es-ES',
    }));
    page.setDefaultTimeout(15_000);
    await page.getByRole('navigation').waitFor();
  });

  test.each(screens)('$name', async ({ name, address, settled }) => {
    await page.evaluate((hash) => {
      window.location.hash = hash;
    }, address());
    await settled(page);
    await page.evaluate(() => document.fonts.ready);
    const path = join(SHOTS, `${name}-${theme}-${language}.png`);
    await page.screenshot({ path, animations: 'disabled' });
    expect((await readFile(path)).length).toBeGreaterThan(10_000);
    expect(await overflow(page)).toBe(0);
    expect(await page.locator('html').getAttribute('lang')).toBe(language);
    expect(await brightness(page)).toBeOneOf(theme === 'dark' ? [0, 1, 2, 3] : [12, 13, 14, 15]);
  });

  test('nothing was complained about', () => {
    expect(complaints).toEqual([]);
  });
});

test('the smallest window still shows all three panes of an image', async () => {
  const { page } = await openPage(browser, new URL(app.url).origin, {
    storageState: sessions,
    viewport: { width: 720, height: 480 },
  });
  await page.evaluate((image) => {
    window.location.hash = `#/images/${image}`;
  }, encodeURIComponent(IMAGE));
  await page.getByRole('option').nth(4).click();
  await page.getByRole('row', { name: /readme\.md/ }).click();
  await page.getByText('An image whose layers').waitFor();
  await page.screenshot({ path: join(SHOTS, 'image-smallest.png'), animations: 'disabled' });
  for (const pane of [
    page.getByRole('listbox'),
    page.getByRole('treegrid'),
    page.getByRole('region', { name: 'Preview' }),
  ]) {
    const { x = 0, width = 0, height = 0 } = (await pane.boundingBox()) ?? {};
    expect(width).toBeGreaterThan(200);
    expect(height).toBeGreaterThan(60);
    expect(x + width).toBeLessThanOrEqual(720);
  }
  await page.close();
});

describe.each(variants)('an engine without images: $theme, $language', ({ theme, language }) => {
  test('offers the ways to a first one', async () => {
    const locale = language === 'en' ? 'en-US' : 'es-ES';
    const { page } = await openPage(browser, new URL(empty.url).origin, {
      storageState: sessions,
      colorScheme: theme,
      locale,
    });
    await page.getByRole('heading', { name: catalogue['images.emptyTitle'][language] }).waitFor();
    await page.screenshot({ path: join(SHOTS, `empty-${theme}-${language}.png`), animations: 'disabled' });
    await page.getByRole('button', { name: catalogue['images.pullMore'][language] }).waitFor();
    await page.close();
  });
});

/** Pixels by which a screen is wider than its window. */
function overflow(page: Page): Promise<number> {
  return page
    .evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
    .then((width) => Math.max(0, width));
}

/** Of the page's ground, 0 (black) to 15. */
function brightness(page: Page): Promise<number> {
  return page.evaluate(() => {
    const pixel = new OffscreenCanvas(1, 1).getContext('2d');
    if (pixel === null) return -1;
    pixel.fillStyle = getComputedStyle(document.body).backgroundColor;
    pixel.fillRect(0, 0, 1, 1);
    const [red = 0, green = 0, blue = 0] = pixel.getImageData(0, 0, 1, 1).data;
    return Math.floor((red + green + blue) / 3 / 16);
  });
}
