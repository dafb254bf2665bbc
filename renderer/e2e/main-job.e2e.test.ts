import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import { dockerArchive } from '#engine/testing/archive-fixture.ts';
import { startDebianRegistry, type DebianRegistry } from '#engine/testing/debian-registry.ts';
import { CHANGED_FILE, makeStoryImage } from '#engine/testing/story-image.ts';

import type { BrowserApp } from './browser-app.ts';
import { openScene, type BrowserScene } from './browser-scene.ts';

let scene: BrowserScene;
let app: BrowserApp;
let page: Page;
let complaints: readonly string[];

const NAME = 'team/story:1.0';
const stack = new AsyncDisposableStack();
let registry: DebianRegistry;

beforeAll(async () => {
  registry = stack.use(await startDebianRegistry());
  await registry.push(await dockerArchive({ image: await makeStoryImage(), names: [NAME] }), NAME);
  scene = stack.use(await openScene());
  ({ app, page, complaints } = scene);
});

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await page.screenshot({ path: 'test-output/main-job-failed.png' });
});

afterAll(() => stack.disposeAsync());

/** One afternoon of a developer's life: each step goes on where the one before it ended. */
describe('the main job', () => {
  test('an image is pulled by clicking, and its progress survives going elsewhere', async () => {
    await page.getByRole('button', { name: 'Pull an image…' }).click();
    await page.getByRole('textbox', { name: 'Image' }).fill(`${registry.host}/${NAME}`);
    await page.getByRole('dialog').getByRole('button', { name: 'Pull', exact: true }).click();
    await page.getByRole('link', { name: 'Containers' }).click();
    await page.getByRole('link', { name: 'Images' }).click();
    const row = page.getByRole('row', { name: /team\/story/ });
    await row.waitFor();
    expect(await row.textContent()).toContain('6 layers');
    await row.getByText('6 layers').click();
    await page.getByRole('listbox', { name: /Layers/ }).waitFor();
  });

  test('its layers have the hashes and sizes that skopeo says', async () => {
    const { layers } = await registry.inspect(NAME);
    expect(layers).toHaveLength(6);
    const diffIds = await registry.diffIds(NAME);
    const beds = page.getByRole('listbox', { name: /Layers/ }).getByRole('option');
    // The newest is on top.
    const shown = (): Promise<(string | null)[]> =>
      beds.locator('.bed-facts code').evaluateAll((codes) => codes.map((code) => code.getAttribute('title')));
    await expect.poll(shown).toEqual(diffIds.toReversed());
    await page.getByRole('tab', { name: 'Raw' }).click();
    await page
      .getByRole('button', { name: /Manifest/ })
      .or(page.getByRole('radio', { name: /Manifest/ }))
      .first()
      .click();
    const manifest = page.getByRole('tabpanel');
    await expect.poll(() => manifest.textContent()).toContain(layers[0]?.digest);
    const text = (await manifest.textContent()) ?? '';
    for (const { digest, size } of layers) {
      expect(text).toContain(digest);
      expect(text).toContain(String(size));
    }
    await page.getByRole('tab', { name: 'Layers and files' }).click();
  });

  test('a file that only layer 3 changed is opened and read', async () => {
    await page.getByRole('option', { name: /Layer 3/ }).click();
    const files = page.getByRole('treegrid');
    // What a layer changed stands open.
    const row = files.getByRole('row', { name: /settings\.ini/ });
    await row.waitFor();
    expect(await row.textContent()).toContain('changed');
    expect(await files.getByRole('row').count()).toBe(3);
    await row.click();
    const preview = page.getByRole('region', { name: 'Preview' });
    await expect.poll(() => preview.textContent()).toContain(CHANGED_FILE.text.trim());
  });

  test('a container runs, and its terminal answers', async () => {
    await page
      .getByRole('button', { name: 'Run…' })
      .or(page.getByRole('link', { name: 'Run…' }))
      .first()
      .click();
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('afternoon');
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await terminalShows('#');
    await type('echo $((6*7))');
    await terminalShows(/^42$/m);
  });

  test('its size is the visible grid, also after a resize', async () => {
    await type('stty size');
    await terminalShows(new RegExp(`^${await grid()}$`, 'm'));
    const before = await grid();
    await page.setViewportSize({ width: 900, height: 620 });
    await expect.poll(grid).not.toBe(before);
    await type('clear; stty size');
    await terminalShows(new RegExp(`^${await grid()}$`, 'm'));
  });

  test('after a reload the same terminal is there with its screen', async () => {
    await type('echo still-$((40+2)); WORD=kept');
    await terminalShows('still-42');
    await page.reload();
    await terminalShows('still-42');
    await type('echo $WORD');
    await terminalShows(/^kept$/m);
  });

  test('the engine is killed and starts again: the container still runs, the terminal is attached again', async () => {
    const before = await app.enginePid();
    await type('echo $$-alive');
    await terminalShows(/^1-alive$/m);
    process.kill(before, 'SIGKILL');
    await expect.poll(() => app.enginePid().catch(() => before), { timeout: 20_000 }).not.toBe(before);
    await page.getByText('Live', { exact: true }).waitFor();
    await type('echo back-$WORD');
    await terminalShows('back-kept');
    await page
      .getByRole('navigation')
      .getByRole('link', { name: /^Containers/ })
      .click();
    const row = page.getByRole('row', { name: /afternoon/ });
    await row.getByText('Running').waitFor();
  });

  test('it ends when its shell does, and says so', async () => {
    await page
      .getByRole('row', { name: /afternoon/ })
      .getByText('afternoon')
      .click();
    await terminalShows('back-kept');
    await type('exit 3');
    await page
      .getByText(/code 3/)
      .first()
      .waitFor();
  });
});

function terminal(): Locator {
  return page.locator('.xterm').filter({ visible: true });
}

async function type(line: string): Promise<void> {
  await terminal().click();
  await page.keyboard.type(`${line}\n`);
}

/** What stands on the screen, line by line. */
async function terminalText(): Promise<string> {
  const lines = await terminal().locator('.xterm-rows > div').allTextContents();
  return lines.map((line) => line.trimEnd()).join('\n');
}

async function terminalShows(expected: string | RegExp): Promise<void> {
  await expect.poll(terminalText, { timeout: 20_000 }).toMatch(expected);
}

/** `rows columns`, as stty(1) has it. */
async function grid(): Promise<string> {
  const host = page.locator('[data-columns]').filter({ visible: true });
  return `${await host.getAttribute('data-rows')} ${await host.getAttribute('data-columns')}`;
}

test('the page complained about nothing', () => {
  expect(complaints).toEqual([]);
});
