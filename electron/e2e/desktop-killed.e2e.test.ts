import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';

import type { DesktopApp, DesktopPlace } from './desktop-app.ts';
import { startDesktop } from './desktop-app.ts';
import { DesktopEngine, isRunning } from './desktop-engine.ts';

const stack = new AsyncDisposableStack();
let place: DesktopPlace;
let engine: DesktopEngine;
let enginePid = 0;
let app: DesktopApp;

beforeAll(async () => {
  const dir = stack.use(await temporaryDirectory('desktop'));
  place = { dataRoot: join(dir.path, 'data'), configDir: join(dir.path, 'config') };
  engine = new DesktopEngine(place.dataRoot);
  app = await startDesktop(place);
  await app.page.getByText('No images yet').waitFor();
  enginePid = await engine.pid();
  stack.defer(() => endEngine(enginePid));
  stack.defer(() => app[Symbol.asyncDispose]());
});
afterAll(() => stack.disposeAsync());

/** The desktop that started it is gone, so no one else would. */
async function endEngine(pid: number): Promise<void> {
  process.kill(pid, 'SIGTERM');
  while (isRunning(pid)) await wait(20);
}

/** Programs that name a path in what they were started with. */
function processesNaming(path: string): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && commandLine(pid).includes(path));
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

test('a killed desktop takes its windows along, and the engine goes on', async () => {
  expect(processesNaming(place.configDir).length).toBeGreaterThan(0);
  process.kill(await app.inMain(() => process.pid), 'SIGKILL');
  await app.ended;
  await expect.poll(() => processesNaming(place.configDir), { timeout: 20_000 }).toEqual([]);
  expect(await engine.pid()).toBe(enginePid);
});

test('the next one uses that engine, and leaves it running; its window is remembered all the same', async () => {
  app = await startDesktop(place);
  await app.page.getByText('No images yet').waitFor();
  expect(await engine.pid()).toBe(enginePid);
  await app.inMain(({ app: desktop, BrowserWindow }) => {
    BrowserWindow.getAllWindows()[0]?.setBounds({ x: 50, y: 60, width: 900, height: 600 });
    setImmediate(() => desktop.quit());
  });
  expect(await app.ended, app.complaints()).toBe(0);
  expect(await engine.pid()).toBe(enginePid);
  const settings: unknown = JSON.parse(await readFile(join(place.configDir, 'Estrato/settings.json'), 'utf8'));
  expect(settings).toMatchObject({ window: { x: 50, y: 60, width: 900, height: 600, isMaximized: false } });
});
