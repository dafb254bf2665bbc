import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';

import type { DesktopApp } from './desktop-app.ts';
import { isRealElectron, startDesktop } from './desktop-app.ts';

/*
 * Where Electron throws, the stand-in throws: a mistake in the desktop is found with either.
 */

const run = promisify(execFile);
const hooks = fileURLToPath(new URL('stand-in-hooks.ts', import.meta.url));
const stack = new AsyncDisposableStack();
let app: DesktopApp;

beforeAll(async () => {
  const dir = stack.use(await temporaryDirectory('desktop'));
  app = stack.use(await startDesktop({ dataRoot: join(dir.path, 'data'), configDir: join(dir.path, 'config') }));
  await app.page.getByRole('navigation').waitFor();
});
afterAll(() => stack.disposeAsync());

test('a scheme has one handler', async () => {
  const answered = app.inMain(({ protocol }) => protocol.handle('app', () => new Response()));
  await expect(answered).rejects.toThrow('Failed to register protocol: app');
});

test('what is decided before the application is ready is not decided later', async () => {
  await expect(app.inMain(({ app: desktop }) => desktop.enableSandbox())).rejects.toThrow('before app is ready');
  const declared = app.inMain(({ protocol }) => protocol.registerSchemesAsPrivileged([{ scheme: 'other' }]));
  await expect(declared).rejects.toThrow('before app is ready');
});

test('a menu item is something', async () => {
  await expect(app.inMain(({ Menu }) => Menu.buildFromTemplate([{}]).items.length)).rejects.toThrow(
    'must have at least one of label, role or type',
  );
});

test('only ports are transferred, and only what can be cloned is sent', async () => {
  const thrown = app.inMain(async ({ ipcMain }) => {
    const { promise, resolve } = Promise.withResolvers<string[]>();
    ipcMain.once('estrato:connect', ({ ports: [port] }) => {
      const attempts = [
        // @ts-expect-error -- this is no port.
        () => port?.postMessage('x', [{}]),
        () => port?.postMessage(() => undefined),
      ];
      resolve(
        attempts.map((attempt) => {
          try {
            attempt();
            return 'sent';
          } catch (error) {
            return error instanceof Error ? error.message : '';
          }
        }),
      );
    });
    return promise;
  });
  await app.page.reload();
  expect(await thrown).toEqual([
    expect.stringContaining('Port at index 0 is not a valid port'),
    expect.stringContaining('could not be cloned'),
  ]);
});

test('a window that is gone is of no use', async () => {
  const used = app.inMain(({ BrowserWindow, app: desktop }) => {
    desktop.once('before-quit', (event) => event.preventDefault());
    const [window] = BrowserWindow.getAllWindows();
    window?.destroy();
    window?.focus();
  });
  await expect(used).rejects.toThrow('Object has been destroyed');
});

const early = [
  ['a window', 'new BrowserWindow({ width: 1, height: 1 })', 'Cannot create BrowserWindow before app is ready'],
  ['the session', 'session.defaultSession', 'Session can only be received when app is ready'],
  ['a handler', "protocol.handle('app', () => undefined)", 'Session can only be received when app is ready'],
  ['the screen', 'screen.getPrimaryDisplay()', "can't be used before the app 'ready' event"],
] as const;

test.skipIf(isRealElectron).each(early)('%s is not there before the application is ready', async (_, use, words) => {
  await using dir = await temporaryDirectory('desktop');
  const program = `
    import { app, BrowserWindow, protocol, screen, session } from 'electron';
    try { ${use}; } catch (error) { console.log(error.message); }
    process.exit();`;
  const args = ['--import', hooks, '--input-type=module', '--eval', program];
  const { stdout } = await run(process.execPath, args, { env: { ...process.env, XDG_CONFIG_HOME: dir.path } });
  expect(stdout).toContain(words);
});
