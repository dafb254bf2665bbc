import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';

import type { ConnectedEngine } from '#engine/client/connect-engine.ts';

import { lacking, type BrowserApp } from './browser-app.ts';
import { openScene, storyArchive, type BrowserScene } from './browser-scene.ts';

let scene: BrowserScene;
let app: BrowserApp;
let engine: ConnectedEngine;
let page: Page;
let complaints: readonly string[];

beforeAll(async () => {
  scene = await openScene([await storyArchive()]);
  ({ app, engine, page, complaints } = scene);
  await page.getByRole('navigation').waitFor();
});
afterAll(() => scene[Symbol.asyncDispose]());

const shot = (name: string): Promise<void> => scene.shot(name);
const show = (hash: string): Promise<void> => scene.show(hash);
const fill = (name: string, text: string): Promise<void> => page.getByRole('textbox', { name, exact: true }).fill(text);

async function choose(label: RegExp, option: string): Promise<void> {
  await page.getByRole('button', { name: label }).click();
  await page.getByRole('option', { name: option, exact: true }).click();
}

async function fromMenu(action: string): Promise<void> {
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: action }).click();
}

test('a container is run with a network, limits, restarts and a health check, and its page tells all of it', async ({
  skip,
}) => {
  const without = await lacking(app, 'networks', 'memory-limits', 'cpu-limits', 'process-limits');
  skip(without !== undefined, without);
  await engine.client.call('networks.create', { name: 'backend' });
  await show('#/run?image=team%2Fstory%3A1.0');
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

test('a container is run with devices, limits of processes and a log of its own', async ({ skip }) => {
  const without = await lacking(app, 'networks');
  skip(without !== undefined, without);
  await show('#/run?image=team%2Fstory%3A1.0');
  await fill('Command', 'sleep 1000');
  await fill('Name', 'worker');
  await fill('Devices', 'null');
  await fill('Limits of each process', 'nofile=64:128');
  await choose(/What it prints is$/, 'kept (local)');
  await fill('Size of a log file', '5m');
  await fill('How many of them', '3');
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await page.getByText(/^Paths such as/).waitFor();
  await fill('Devices', '/dev/null:/dev/nothing:rw');
  await page
    .getByText(/--device \/dev\/null:\/dev\/nothing:rw --ulimit nofile=64:128 --log-driver local --log-opt max-size=5m/)
    .waitFor();
  await shot('run-host');
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await page.getByRole('tab', { name: 'Details' }).click();
  await page.getByText('/dev/nothing (rw)').waitFor();
  await page.getByText(/of 15\sMB at most, in 3 files/).waitFor();
  const { log, isolation } = await engine.client.call('containers.get', { id: 'worker' });
  expect(log).toMatchObject({ driver: 'local', limits: { maxBytes: 5e6, maxFiles: 3 } });
  expect(isolation.ulimits).toEqual([{ name: 'nofile', soft: 64, hard: 128 }]);
});

test('its limits are changed while it runs', async ({ skip }) => {
  const without = await lacking(app, 'networks', 'memory-limits', 'cpu-limits', 'process-limits');
  skip(without !== undefined, without);
  await fromMenu('Change limits…');
  const dialog = page.getByRole('dialog');
  await fill('Memory limit', 'much');
  await dialog.getByText('Not a size such as 512m or 2g.').waitFor();
  await fill('Memory limit', '128m');
  await fill('Processors', '0.5');
  await fill('Most processes', '50');
  await choose(/When it ends$/, 'Start it again after a failure');
  await fill('At most so often', '2');
  await shot('limits-dialog');
  await dialog.getByRole('button', { name: 'Change' }).click();
  await page.getByText('The limits are changed').waitFor();
  await page.getByText(/ of 134\sMB$/).waitFor();
  await page.getByText(/ of 50%$/).waitFor();
  expect(await engine.client.call('containers.get', { id: 'worker' })).toMatchObject({
    memoryBytes: 128 * 1024 ** 2,
    pidsLimit: 50,
    limits: { nanoCpus: 5e8 },
    restartPolicy: { name: 'on-failure', maximumRetries: 2 },
    summary: { State: 'running' },
  });
});

test('an image is made of a container with what it changed', async () => {
  const wish = { image: 'team/story:1.0', name: 'writer', tty: false, openStdin: false, network: 'none' };
  await engine.client.call('containers.create', { ...wish, command: ['sh', '-c', 'echo kept > /srv/kept'] });
  await engine.client.call('containers.start', { id: 'writer' });
  await expect
    .poll(async () => (await engine.client.call('containers.get', { id: 'writer' })).summary.State)
    .toBe('exited');
  await show('#/containers/writer/details');
  await fromMenu('Make an image of it…');
  await fill('Name of the image', 'team/Story');
  await fill('Comment', 'after it wrote');
  await fill('Instructions', 'CMD ["cat", "/srv/kept"]\nENV KEPT=yes');
  await page.getByRole('button', { name: 'Make the image' }).click();
  await page
    .getByRole('dialog')
    .getByText(/lowercase|lower case/)
    .waitFor();
  await fill('Name of the image', 'team/story:written');
  await shot('commit-dialog');
  await page.getByRole('button', { name: 'Make the image' }).click();
  await page.getByText('team/story:written is made').waitFor();
  await page.getByRole('button', { name: 'Look inside' }).click();
  await page.getByRole('heading', { name: 'team/story:written' }).waitFor();
  await page.getByRole('option').first().click();
  await page.getByRole('row', { name: /kept/ }).waitFor();
  const { config } = await engine.client.call('images.raw', { image: 'team/story:written' });
  expect(JSON.parse(config)).toMatchObject({ config: { Cmd: ['cat', '/srv/kept'] } });
});

test('how much of a log is kept is one setting for all', async () => {
  await show('#/settings');
  await page.getByText('5 files of 20 MB at most for each container').waitFor();
  await page.getByRole('button', { name: 'Change…' }).click();
  await fill('Size of a file, in megabytes', '1.5');
  await fill('Files', '0');
  await page.getByText('A whole number from 1 to 1000.').waitFor();
  await fill('Files', '2');
  await shot('log-settings-dialog');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('2 files of 1.5 MB at most for each container').waitFor();
  expect(await engine.client.call('containers.logSettings', {})).toEqual({ maxBytes: 1.5e6, maxFiles: 2 });
  expect(complaints).toEqual([]);
});
