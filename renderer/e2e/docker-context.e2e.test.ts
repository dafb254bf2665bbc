import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';

import { temporaryDirectory, type TemporaryDirectory } from '#engine/testing/temporary-directory.ts';

import { openScene, type BrowserScene } from './browser-scene.ts';

let config: TemporaryDirectory;
let scene: BrowserScene;
let page: Page;

beforeAll(async () => {
  config = await temporaryDirectory('docker-config');
  // Nobody's own contexts: the engine that is started has it from here.
  vi.stubEnv('DOCKER_CONFIG', config.path);
  scene = await openScene([]);
  ({ page } = scene);
});
afterAll(async () => {
  await scene[Symbol.asyncDispose]();
  await config[Symbol.asyncDispose]();
  vi.unstubAllEnvs();
});

test('what makes containers is chosen, where there is a choice', async () => {
  const { client } = scene.engine;
  const { usual, available } = await client.call('containers.runtimes', {});
  await scene.show('#/settings');
  const runtime = page.getByRole('region', { name: 'Runtime' });
  const choice = runtime.getByRole('button', { name: /What makes containers/ });
  await choice.waitFor();
  expect(await choice.textContent()).toContain('Estrato’s own');
  expect(await choice.isEnabled()).toBe(available.length > 1);
  const other = available.find((name) => name !== usual);
  if (other === undefined) return;
  await choice.click();
  await page.getByRole('option', { name: other }).click();
  await runtime.getByRole('button', { name: new RegExp(other) }).waitFor();
  expect((await client.call('containers.runtimes', {})).usual).toBe(other);
  await scene.shot('runtime');
  await client.call('containers.runtimes', { usual });
});

test('docker’s context is made and removed by a switch, which says what it wrote', async () => {
  const { client } = scene.engine;
  await scene.show('#/settings');
  const clients = page.getByRole('region', { name: 'Other clients' });
  const made = clients.getByRole('switch', { name: 'A context “estrato” for docker' });
  await made.waitFor();
  expect(await made.isChecked()).toBe(false);
  await made.focus();
  await page.keyboard.press('Space');
  const { path, host } = await client.call('system.dockerContext', {});
  await clients.getByText(`Written to ${path}.`).waitFor();
  await clients.getByText('docker --context estrato ps').waitFor();
  expect(path.startsWith(join(config.path, 'contexts/meta/'))).toBe(true);
  expect(await readFile(path, 'utf8')).toContain(`"Host":"${host}"`);
  await scene.shot('docker-context');
  await page.keyboard.press('Space');
  await clients.getByText(/find this engine by it/).waitFor();
  await expect(readFile(path)).rejects.toThrow('ENOENT');
});
