import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';

import { connectEngine } from '#engine/client/connect-engine.ts';
import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';

const command = fileURLToPath(new URL('../../engine/cli/main.ts', import.meta.url));

/** Debian's, Ubuntu's, and Google's own. */
const browsers = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

const UPLOAD_CHUNK = 64 * 1024;

/** `estrato serve` over a data root of its own, as a person would start it. */
export interface BrowserApp extends AsyncDisposable {
  readonly dataRoot: string;
  /** `unix://…`: for Docker's clients. */
  readonly host: string;
  /** With the token: opens the door once. */
  readonly url: string;
  /** Of the engine that runs now. */
  enginePid(): Promise<number>;
}

/** @throws Error when it doesn't say its address; with what it said instead. */
export async function startBrowserApp(): Promise<BrowserApp> {
  await using undo = new AsyncDisposableStack();
  const dir = undo.use(await temporaryDirectory('app'));
  const dataRoot = join(dir.path, 'data');
  const host = `unix://${dataRoot}/estrato.sock`;
  const serve = spawn(process.execPath, [command, 'serve', '--data-root', dataRoot], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  undo.defer(() => ended(serve));
  undo.defer(() => removeContainers(dataRoot));
  const url = await addressOf(serve);
  const owned = undo.move();
  return {
    dataRoot,
    host,
    url,
    enginePid: async () => {
      using engine = await connectEngine(join(dataRoot, 'estrato.sock'));
      const { pid } = await engine.client.call('system.info', {});
      return pid;
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function addressOf(serve: ChildProcess): Promise<string> {
  const said: string[] = [];
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  for (const stream of [serve.stdout, serve.stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream }).on('line', (line) => {
      said.push(line);
      const url = /http:\/\/\S+/.exec(line)?.[0];
      if (url !== undefined) resolve(url);
    });
  }
  serve.once('exit', () => reject(new Error(`estrato serve ended: ${said.join('\n')}`)));
  return promise;
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  await exit;
}

/** What runs would outlive the engine, as it should. */
async function removeContainers(dataRoot: string): Promise<void> {
  using engine = await connectEngine(join(dataRoot, 'estrato.sock'));
  for (const { Id } of await engine.client.call('containers.list', { all: true })) {
    await engine.client.call('containers.remove', { id: Id, force: true });
  }
  // Without root some of it belongs to ids that only the engine may act for.
  await engine.client.call('trash.empty', {});
}

/** What the engine can't do of what a test needs, in words to skip it with; undefined when it can do all of it. */
export async function lacking({ dataRoot }: BrowserApp, ...needed: readonly string[]): Promise<string | undefined> {
  using engine = await connectEngine(join(dataRoot, 'estrato.sock'));
  const { capabilities } = await engine.client.call('system.info', {});
  const missing = capabilities.filter(({ id, state }) => state === 'missing' && needed.includes(id));
  if (missing.length === 0) return undefined;
  return missing.map(({ id, detail }) => `needs an engine's ${id}: ${detail}`).join(' ');
}

/** What `estrato load` does. */
export async function loadArchive({ dataRoot }: BrowserApp, archive: Uint8Array): Promise<void> {
  using engine = await connectEngine(join(dataRoot, 'estrato.sock'));
  const upload = engine.client.duplex('images.load', { name: 'image.tar' });
  for (let at = 0; at < archive.length; at += UPLOAD_CHUNK) await upload.write(archive.subarray(at, at + UPLOAD_CHUNK));
  upload.end();
  await upload.answer;
}

/**
 * A real Chromium. Terminals are drawn with WebGL, in software, as they are on a desktop; without it by xterm's other
 * renderer, whose text can be read from the page.
 */
export async function launchBrowser({
  webgl,
  args = [],
}: {
  readonly webgl: boolean;
  readonly args?: readonly string[];
}): Promise<Browser> {
  const executablePath = browsers.find((path) => existsSync(path));
  if (executablePath === undefined) throw new Error(`There is no Chromium at ${browsers.join(', ')}.`);
  const isRoot = process.getuid?.() === 0;
  return chromium.launch({
    executablePath,
    args: [
      '--disable-background-networking',
      webgl ? '--enable-unsafe-swiftshader' : '--disable-3d-apis',
      ...(isRoot ? ['--no-sandbox'] : []),
      ...args,
    ],
  });
}

/** A page of its own, which fails the test with what it complained about. */
export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<{ page: Page; complaints: readonly string[] }> {
  const context = await browser.newContext({
    viewport: { width: 1360, height: 860 },
    locale: 'en-US',
    colorScheme: 'light',
    permissions: ['clipboard-read', 'clipboard-write'],
    ...options,
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(url);
  return { page, complaints };
}
