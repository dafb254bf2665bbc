import { createServer } from 'node:http';
import { join } from 'node:path';

import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';

import type { DesktopApp, DesktopPlace } from './desktop-app.ts';
import { startDesktop, startSecond } from './desktop-app.ts';
import { DesktopEngine, isRunning } from './desktop-engine.ts';

declare global {
  interface Window {
    /** The part of the preload's object that is used here. */
    readonly estrato: { readonly call: (method: string, params: unknown) => { readonly answer: Promise<unknown> } };
  }
}

const IMAGE = 'team/story:1.0';
const stack = new AsyncDisposableStack();
let place: DesktopPlace;
let engine: DesktopEngine;
let app: DesktopApp;
let page: Page;

async function start(): Promise<void> {
  app = await startDesktop(place);
  ({ page } = app);
  page.setDefaultTimeout(20_000);
  await page.getByRole('navigation').waitFor();
  // Answered once there is an engine.
  await page.evaluate(() => window.estrato.call('system.info', {}).answer);
}

beforeAll(async () => {
  const dir = stack.use(await temporaryDirectory('desktop'));
  place = { dataRoot: join(dir.path, 'data'), configDir: join(dir.path, 'config') };
  engine = new DesktopEngine(place.dataRoot);
  await start();
  stack.defer(() => app[Symbol.asyncDispose]());
  stack.defer(() => engine.removeContainers());
});

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await page.screenshot({ path: 'test-output/desktop-failed.png' });
});

afterAll(() => stack.disposeAsync());

function imageRow(name: string): ReturnType<Page['getByRole']> {
  return page.getByRole('row', { name: new RegExp(name) });
}

describe('the built desktop', () => {
  test('starts an engine and draws its screens', async () => {
    await page.getByText('No images yet').waitFor();
    expect(isRunning(await engine.pid())).toBe(true);
  });

  test('shows an image as soon as the engine has it, and opens it', async () => {
    await engine.loadStory(IMAGE);
    await imageRow('team/story').getByText('6 layers').click();
    const layers = page.getByRole('listbox', { name: /Layers/ });
    await layers.waitFor();
    expect(await layers.getByRole('option').count()).toBeGreaterThanOrEqual(6);
    await page.getByRole('option', { name: /Layer 3/ }).click();
    await page.getByRole('treegrid').getByRole('row', { name: /^srv/ }).waitFor();
  });

  test('has a menu whose help leads to the log', async () => {
    const labels = await app.inMain(({ Menu }) =>
      Menu.getApplicationMenu()?.items.flatMap(({ role, submenu }) =>
        role === 'help' && submenu ? [...('items' in submenu ? submenu.items : submenu)].map(({ label }) => label) : [],
      ),
    );
    expect(labels).toContain("Engine's log");
    const shown = await app.inMain(async ({ Menu, shell }) => {
      const { promise, resolve } = Promise.withResolvers<string>();
      shell.showItemInFolder = resolve;
      const help = Menu.getApplicationMenu()?.items.find(({ role }) => role === 'help')?.submenu;
      const items = help === undefined ? [] : [...('items' in help ? help.items : help)];
      Reflect.apply(items.find(({ label }) => label === "Engine's log")?.click ?? Boolean, undefined, []);
      return promise;
    });
    expect(shown).toBe(join(place.dataRoot, 'engine.log'));
  });
});

describe('a page', () => {
  test('has no Node, and nothing of the preload but its one object', async () => {
    const found = await page.evaluate(() =>
      ['require', 'process', 'module', 'Buffer', 'global', 'electron', 'ipcRenderer'].filter((name) => name in window),
    );
    expect(found).toEqual([]);
    expect(await page.evaluate(() => Object.keys(window.estrato).toSorted())).toEqual([
      'call',
      'duplex',
      'saveFile',
      'stream',
      'watchConnection',
    ]);
    const preferences = await app.inMain(({ BrowserWindow }) => {
      const contents = BrowserWindow.getAllWindows()[0]?.webContents;
      const ask: unknown = Reflect.get(contents ?? {}, 'getLastWebPreferences');
      const answer: unknown = typeof ask === 'function' ? Reflect.apply(ask, contents, []) : undefined;
      return answer;
    });
    expect(preferences).toMatchObject({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
    });
  });

  test('reaches the engine only as itself: what it changes is not what the preload uses', async () => {
    const outcome = await page.evaluate(async () => {
      const own = Object.getOwnPropertyDescriptor(MessagePort.prototype, 'postMessage') ?? {};
      MessagePort.prototype.postMessage = () => {
        throw new Error('taken over');
      };
      const answer = await window.estrato.call('system.info', {}).answer;
      Object.defineProperty(MessagePort.prototype, 'postMessage', own);
      return answer;
    });
    expect(outcome).toMatchObject({ ok: true, value: { pid: await engine.pid() } });
    expect(await page.evaluate(() => Reflect.set(window, 'estrato', {}))).toBe(false);
  });

  test('runs no script that is not a file of ours', async () => {
    const violated = await page.evaluate(async () => {
      const { promise, resolve } = Promise.withResolvers<string>();
      document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => resolve(effectiveDirective), {
        once: true,
      });
      const script = document.createElement('script');
      script.textContent = 'window.hasRun = true';
      document.head.append(script);
      return `${await promise} ${'hasRun' in window}`;
    });
    expect(violated).toBe('script-src-elem false');
  });

  test('is our own file and can fetch nothing from elsewhere', async () => {
    const url = await app.inMain(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.getURL());
    expect(url).toMatch(/^app:\/\/estrato\//);
    await using other = await startOtherSite();
    const fetched = await page.evaluate(async (elsewhere) => {
      const { promise, resolve } = Promise.withResolvers<string>();
      document.addEventListener('securitypolicyviolation', (event) => resolve(event.effectiveDirective), {
        once: true,
      });
      const outcome = await fetch(elsewhere).then(
        () => 'fetched',
        () => 'refused',
      );
      return `${outcome} by ${await promise}`;
    }, other.url);
    expect(fetched).toBe('refused by connect-src');
    expect(other.requests).toEqual([]);
    const outside = await page.evaluate(() => fetch('./..%2f..%2fpackage.json').then(({ status }) => status));
    expect(outside).toBe(404);
  });

  test('cannot be led away', async () => {
    await using other = await startOtherSite();
    const before = page.url();
    const refused = app.inMain(async ({ BrowserWindow }) => {
      const { promise, resolve } = Promise.withResolvers<string>();
      BrowserWindow.getAllWindows()[0]?.webContents.once('will-frame-navigate', (event) => {
        // After the application's own listener, which stands before.
        resolve(`${event.defaultPrevented} ${event.url}`);
      });
      return promise;
    });
    await page.evaluate((url) => {
      window.location.href = url;
    }, other.url);
    expect(await refused).toBe(`true ${other.url}`);
    expect(page.url()).toBe(before);
    expect(other.requests).toEqual([]);
    await page.getByRole('navigation').waitFor();
  });

  test('opens no window: a web link goes to the browser, any other nowhere', async () => {
    const opened = app.inMain(async ({ shell }) => {
      const { promise, resolve } = Promise.withResolvers<string>();
      shell.openExternal = async (url) => resolve(url);
      return promise;
    });
    const windows = await page.evaluate(() =>
      ['file:///etc/passwd', 'https://example.org/docs'].map((url) => window.open(url) === null),
    );
    expect(windows).toEqual([true, true]);
    expect(await opened).toBe('https://example.org/docs');
    const followed = app.inMain(async ({ shell }) => {
      const { promise, resolve } = Promise.withResolvers<string>();
      shell.openExternal = async (url) => resolve(url);
      return promise;
    });
    await page.evaluate(() => {
      const link = Object.assign(document.createElement('a'), { href: 'https://example.org/link', target: '_blank' });
      document.body.append(link);
      link.click();
      link.remove();
    });
    expect(await followed).toBe('https://example.org/link');
    expect(await app.inMain(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
  });

  test('may write to the clipboard and is refused everything else', async () => {
    await page.bringToFront();
    const outcomes = await page.evaluate(async () => {
      const said = (promise: Promise<unknown>): Promise<string> =>
        promise.then(
          (value) => (typeof value === 'string' ? value : 'done'),
          (error: unknown) => (error instanceof Error ? error.name : ''),
        );
      return {
        write: await said(navigator.clipboard.writeText('sha256:0a1b')),
        read: await said(navigator.clipboard.readText()),
        notify: await said(Notification.requestPermission()),
        geolocation: (await navigator.permissions.query({ name: 'geolocation' })).state,
        midi: await said(navigator.requestMIDIAccess()),
      };
    });
    const { midi, ...others } = outcomes;
    expect(others).toEqual({ write: 'done', read: 'NotAllowedError', notify: 'denied', geolocation: 'denied' });
    expect(midi).toMatch(/NotAllowedError|SecurityError/);
  });

  test('downloads nothing', async () => {
    const refused = app.inMain(async ({ session }) => {
      const { promise, resolve } = Promise.withResolvers<boolean>();
      session.defaultSession.once('will-download', (event) => resolve(event.defaultPrevented));
      return promise;
    });
    await page.evaluate(() => {
      const link = Object.assign(document.createElement('a'), { href: './index.html', download: 'page.html' });
      document.body.append(link);
      link.click();
      link.remove();
    });
    expect(await refused).toBe(true);
  });

  test('of another origin, or a frame, gets no port', async () => {
    const closed = await app.inMain(({ ipcMain }) => {
      const ours = { url: 'app://estrato/', parent: null };
      const senders = [
        { url: 'https://example.org/', parent: null },
        { url: 'app://elsewhere/', parent: null },
        { url: 'app://estrato/', parent: ours },
        null,
      ];
      return senders.map((senderFrame) => {
        let hasClosed = false;
        const port = {
          close: () => {
            hasClosed = true;
          },
        };
        ipcMain.emit('estrato:connect', { senderFrame, ports: [port] });
        return hasClosed;
      });
    });
    expect(closed).toEqual([true, true, true, true]);
  });
});

describe('when the engine is killed', () => {
  test('it starts again and the screens go on by themselves', async () => {
    await page.getByRole('navigation').getByRole('link', { name: 'Images' }).click();
    const before = await engine.pid();
    process.kill(before, 'SIGKILL');
    await expect.poll(() => engine.pid().catch(() => before), { timeout: 20_000 }).not.toBe(before);
    await imageRow('team/story').waitFor();
    await engine.loadStory('team/sequel:1.0');
    await imageRow('team/sequel').waitFor();
  });
});

describe('the second start and the end', () => {
  const bounds = { x: 40, y: 30, width: 1000, height: 700 };
  let container = 0;

  test('who starts it twice sees the first again', async () => {
    const told = app.inMain(
      ({ app: desktop }) => new Promise((resolve) => desktop.once('second-instance', () => resolve(1))),
    );
    expect(await startSecond(place)).toBe(0);
    expect(await told).toBe(1);
    expect(await app.inMain(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
  });

  test('quitting ends the engine, and containers go on', async () => {
    container = await engine.runContainer(IMAGE, 'afternoon');
    await app.inMain(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0]?.setBounds({ x: 40, y: 30, width: 1000, height: 700 }),
    );
    const pid = await engine.pid();
    await app.inMain(({ app: desktop }) => void setImmediate(() => desktop.quit()));
    expect(await app.ended).toBe(0);
    expect(isRunning(pid)).toBe(false);
    expect(isRunning(container)).toBe(true);
  });

  test('the next start finds them, and the window is where it was', async () => {
    await start();
    await page
      .getByRole('navigation')
      .getByRole('link', { name: /^Containers/ })
      .click();
    await page
      .getByRole('row', { name: /afternoon/ })
      .getByText('Running')
      .waitFor();
    expect(isRunning(container)).toBe(true);
    expect(await app.inMain(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getNormalBounds())).toEqual(
      bounds,
    );
  });

  test('closing the window is quitting', async () => {
    const pid = await engine.pid();
    await app.inMain(({ BrowserWindow }) => void setImmediate(() => BrowserWindow.getAllWindows()[0]?.close()));
    expect(await app.ended).toBe(0);
    expect(isRunning(pid)).toBe(false);
    await start();
    await page.getByRole('navigation').waitFor();
  });
});

/** A web site of this machine's, and what it was asked for. */
async function startOtherSite(): Promise<AsyncDisposable & { readonly url: string; readonly requests: string[] }> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(request.url ?? '');
    response.writeHead(200, { 'access-control-allow-origin': '*' }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return {
    url: `http://127.0.0.1:${String(port)}/`,
    requests,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
