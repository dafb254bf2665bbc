import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

import { connectEngine, type ConnectedEngine } from '#engine/client/connect-engine.ts';
import { dockerArchive } from '#engine/testing/archive-fixture.ts';
import { makeStoryImage } from '#engine/testing/story-image.ts';

import { launchBrowser, loadArchive, openPage, startBrowserApp, type BrowserApp } from './browser-app.ts';

const PATIENCE_MS = 15_000;
const SCREENSHOTS = 'test-output/screenshots';

/** The app in a browser, and the engine behind it. */
export interface BrowserScene extends AsyncDisposable {
  readonly app: BrowserApp;
  readonly browser: Browser;
  readonly engine: ConnectedEngine;
  readonly page: Page;
  /** What the page has complained about so far. */
  readonly complaints: readonly string[];
  /** Goes to a screen by its address: `#/images`. */
  show(hash: string): Promise<void>;
  /** Keeps a picture of the page for people to look at. */
  shot(name: string): Promise<void>;
}

/** @param archives what the engine has before the page is opened. */
export async function openScene(
  archives: readonly Uint8Array[] = [],
  options: BrowserContextOptions = {},
): Promise<BrowserScene> {
  await using undo = new AsyncDisposableStack();
  const app = undo.use(await startBrowserApp());
  for (const archive of archives) await loadArchive(app, archive);
  const engine = undo.use(await connectEngine(join(app.dataRoot, 'estrato.sock')));
  const browser = undo.adopt(await launchBrowser({ webgl: false }), (open) => open.close());
  const { page, complaints } = await openPage(browser, app.url, options);
  page.setDefaultTimeout(PATIENCE_MS);
  const owned = undo.move();
  return {
    app,
    browser,
    engine,
    page,
    complaints,
    show: (hash) =>
      page.evaluate((to) => {
        window.location.hash = to;
      }, hash),
    shot: async (name) => {
      await mkdir(SCREENSHOTS, { recursive: true });
      await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), animations: 'disabled' });
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** An image that runs (`makeStoryImage`), as `docker save` would write it. */
export async function storyArchive(name = 'team/story:1.0'): Promise<Uint8Array> {
  return dockerArchive({ image: await makeStoryImage(), names: [name] });
}
