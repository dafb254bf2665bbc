import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';

import type { ConnectedEngine } from '#engine/client/connect-engine.ts';

import { lacking, type BrowserApp } from './browser-app.ts';
import { openScene, storyArchive, type BrowserScene } from './browser-scene.ts';

let scene: BrowserScene;
let app: BrowserApp;
let engine: ConnectedEngine;
let page: Page;

let withoutIt: string | undefined;

beforeAll(async () => {
  scene = await openScene([await storyArchive()]);
  ({ app, engine, page } = scene);
  withoutIt = await lacking(app, 'networks', 'memory-limits', 'cpu-limits', 'process-limits');
  if (withoutIt === undefined) await engine.client.call('networks.create', { name: 'backend' });
});
afterAll(() => scene[Symbol.asyncDispose]());

async function choose(label: RegExp, option: string): Promise<void> {
  await page.getByRole('button', { name: label }).click();
  await page.getByRole('option', { name: option }).click();
}

test('a container is run with a network, limits, restarts and a health check, and its page tells all of it', async ({
  skip,
}) => {
  skip(withoutIt !== undefined, withoutIt);
  await scene.show('#/run?image=team%2Fstory%3A1.0');
  const fill = (name: string, text: string): Promise<void> =>
    page.getByRole('textbox', { name, exact: true }).fill(text);
  await fill('Command', 'sleep 1000');
  await fill('Name', 'served');
  await choose(/Network$/, 'backend');
  await choose(/When it ends$/, 'Start it again after a failure');
  await fill('At most so often', '3');
  await fill('Health check', 'test -e /bin/busybox');
  await fill('Every so many seconds', '1');
  await fill('Memory limit', '64m');
  await fill('Processors', 'many');
  await fill('Most processes', '50');
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await page.getByText('A number above 0, such as 1.5.').waitFor();
  await fill('Processors', '0.5');
  await page.getByText(/docker run .*--network backend .*--restart on-failure:3 --cpus 0\.5 --pids-limit 50/).waitFor();
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await page.getByRole('tab', { name: 'Details' }).click();

  await page.getByText('it is started again after a failure, 3 times at most').waitFor();
  await page.getByText('healthy', { exact: true }).first().waitFor();
  await page.getByText(/ of 67\.1.MB$/).waitFor();
  await page.getByText(/ of 50%$/).waitFor();
  await page.getByRole('link', { name: /^\d+\.\d+\.\d+\.\d+$/ }).waitFor();
  const details = await engine.client.call('containers.get', { id: 'served' });
  expect(details).toMatchObject({
    restartPolicy: { name: 'on-failure', maximumRetries: 3 },
    limits: { nanoCpus: 500_000_000 },
    pidsLimit: 50,
    memoryBytes: 67_108_864,
    summary: { health: 'healthy', HostConfig: { NetworkMode: 'backend' } },
  });
});
