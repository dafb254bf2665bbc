import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { CHANGED_FILE } from '#engine/testing/story-image.ts';

import { openScene, storyArchive, type BrowserScene } from './browser-scene.ts';

let scene: BrowserScene;
let page: Page;

beforeAll(async () => {
  scene = await openScene([await storyArchive()]);
  ({ page } = scene);
  await page.getByText('team/story').first().waitFor();
});

afterAll(() => scene[Symbol.asyncDispose]());

/** More stops than any screen has. */
const MOST_STOPS = 60;

/** Presses Tab until what has the focus answers to the role and the name. */
async function tabTo(role: string, name: RegExp, key = 'Tab'): Promise<void> {
  const seen: string[] = [];
  for (let stop = 0; stop < MOST_STOPS; stop += 1) {
    const focused = await page.evaluate(() => {
      const element = document.activeElement;
      const label = element?.getAttribute('aria-label') ?? element?.textContent ?? '';
      const labelled = element?.getAttribute('aria-labelledby')?.split(' ') ?? [];
      const labels = labelled.map((id) => document.getElementById(id)?.textContent ?? '');
      const words = [label, ...labels].join(' ').trim();
      return { role: element?.getAttribute('role') ?? element?.tagName.toLowerCase() ?? '', words };
    });
    if (focused.role === role && name.test(focused.words)) return;
    seen.push(`${focused.role} ${focused.words.slice(0, 30)}`);
    await page.keyboard.press(key);
  }
  throw new Error(`Tab reaches no ${role} ${String(name)}, only: ${seen.join(' | ')}`);
}

test('the main job is done without a mouse', async () => {
  const { keyboard } = page;
  await tabTo('row', /team\/story/);
  await keyboard.press('Enter');
  await page.getByRole('listbox', { name: /Layers/ }).waitFor();

  await tabTo('listbox', /Layers/);
  for (let step = 0; step < 3; step += 1) await keyboard.press('ArrowDown');
  await page.getByRole('option', { name: /Layer 3/, selected: true }).waitFor();

  await tabTo('treegrid', /Layer 3/);
  const row = page.getByRole('row', { name: /settings\.ini/ });
  await row.waitFor();
  await keyboard.press('End');
  await keyboard.press('Enter');
  await page.getByText(CHANGED_FILE.text.trim()).waitFor();

  await tabTo('a', /Run…/);
  await keyboard.press('Enter');
  await page.getByRole('button', { name: /^Run$/ }).waitFor();
  await tabTo('button', /^Run$/);
  await keyboard.press('Enter');
  const screen = page.locator('.xterm-rows').filter({ visible: true });
  await expect.poll(() => screen.textContent(), { timeout: 20_000 }).toContain('#');
  await keyboard.type('echo $((6*7))-typed\n');
  await expect.poll(() => screen.textContent()).toContain('42-typed');

  // Tab is the terminal's own; this is the way out of it.
  await keyboard.press('Control+Shift+ArrowUp');
  await tabTo('button', /^Stop$/, 'Shift+Tab');
  await keyboard.press('Enter');
  await page
    .getByText(/Exited|ended/i)
    .first()
    .waitFor();
});
