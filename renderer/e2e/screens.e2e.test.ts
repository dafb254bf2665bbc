import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { catalogue } from '#renderer/i18n/catalogue.ts';

import { accessibilityFindings } from './accessibility.ts';
import { launchBrowser, openPage, startBrowserApp, type BrowserApp } from './browser-app.ts';
import { dialogs, popups } from './dialogs.ts';
import { screens } from './screens.ts';
import { startStoryApp, STORY_IMAGE, type StoryApp } from './story-app.ts';

/** Not committed; the README's two pictures are chosen from here. */
const SHOTS = 'test-output/screenshots';

const stack = new AsyncDisposableStack();
let app: StoryApp;
let empty: BrowserApp;
let browser: Browser;

/** The token opens a browser once; what it gave is carried over to the other languages and themes. */
let sessions: Awaited<ReturnType<BrowserContext['storageState']>>;

beforeAll(async () => {
  await mkdir(SHOTS, { recursive: true });
  empty = stack.use(await startBrowserApp());
  app = stack.use(await startStoryApp());
  browser = stack.adopt(await launchBrowser({ webgl: true }), (open) => open.close());
  const { page } = await openPage(browser, app.url);
  await page.goto(empty.url);
  sessions = await page.context().storageState();
});

afterAll(() => stack.disposeAsync());

interface Variant {
  readonly theme: 'light' | 'dark';
  readonly language: 'en' | 'es';
  /** Of the window; the usual one unless told. */
  readonly width?: number;
}

const variants: readonly Variant[] = [
  { theme: 'light', language: 'en' },
  { theme: 'dark', language: 'en' },
  // Its words are the longest, and this is the narrowest window that all of it is made for.
  { theme: 'light', language: 'es', width: 900 },
  { theme: 'dark', language: 'es' },
];

/** A theme changes colours, and nothing else that axe knows of. */
const lookedAt = (theme: 'light' | 'dark') => (theme === 'light' ? 'all' : 'colours');

describe.each<Variant>(variants)('$theme, $language', ({ theme, language, width = 1360 }) => {
  let page: Page;
  let complaints: readonly string[];

  beforeAll(async () => {
    ({ page, complaints } = await openPage(browser, new URL(app.url).origin, {
      storageState: sessions,
      colorScheme: theme,
      locale: language === 'en' ? 'en-US' : 'es-ES',
      viewport: { width, height: 860 },
    }));
    page.setDefaultTimeout(15_000);
    await page.getByRole('navigation').waitFor();
  });

  test.each(screens)('$name', async ({ name, address, settled }) => {
    await page.evaluate((hash) => {
      window.location.hash = hash;
    }, address(app));
    await settled(page, app);
    await page.evaluate(() => document.fonts.ready);
    const path = join(SHOTS, `${name}-${theme}-${language}.png`);
    await page.screenshot({ path, animations: 'disabled' });
    expect((await readFile(path)).length).toBeGreaterThan(10_000);
    expect(await overflow(page)).toBe(0);
    expect(await page.locator('html').getAttribute('lang')).toBe(language);
    expect(await brightness(page)).toBeOneOf(theme === 'dark' ? [0, 1, 2, 3] : [12, 13, 14, 15]);
    // Colours and roles are the same in every language, and roles in every theme.
    if (language === 'en') expect(await accessibilityFindings(page, lookedAt(theme))).toEqual([]);
  });

  test('nothing was complained about', () => {
    expect(complaints).toEqual([]);
  });
});

describe.each(['light', 'dark'] as const)('dialogs, menus and lists, %s', (theme) => {
  let page: Page;

  beforeAll(async () => {
    const origin = new URL(app.url).origin;
    ({ page } = await openPage(browser, origin, { storageState: sessions, colorScheme: theme }));
    page.setDefaultTimeout(15_000);
    await page.getByRole('navigation').waitFor();
  });

  test.each([...dialogs, ...popups])('$title', async ({ role, title, address, open }) => {
    // What a test that failed has left open.
    await page.keyboard.press('Escape');
    await page.evaluate((hash) => {
      window.location.hash = hash;
    }, address(app));
    await open(page);
    const dialog =
      role === undefined
        ? page.getByRole('dialog', { name: title }).or(page.getByRole('alertdialog', { name: title }))
        : page.getByRole(role, { name: title });
    await dialog.waitFor();
    // What is faded in has other colours until it is there.
    await animationsEnd(page);
    expect(await accessibilityFindings(page, lookedAt(theme))).toEqual([]);
    await dialog.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
  });
});

test('the smallest window still shows all three panes of an image', async () => {
  const { page } = await openPage(browser, new URL(app.url).origin, {
    storageState: sessions,
    viewport: { width: 720, height: 480 },
  });
  await page.evaluate((image) => {
    window.location.hash = `#/images/${image}`;
  }, encodeURIComponent(STORY_IMAGE));
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

describe.each<Variant>(variants)('an engine without images: $theme, $language', ({ theme, language }) => {
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
    expect(await accessibilityFindings(page, lookedAt(theme))).toEqual([]);
    await page.close();
  });
});

/** Of all but those that go on for ever; one that is cut short has ended too. */
async function animationsEnd(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const ending = document.getAnimations().filter(({ effect }) => effect?.getComputedTiming().endTime !== Infinity);
    await Promise.allSettled(ending.map(({ finished }) => finished));
  });
}

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
