import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import type * as Electron from 'electron';
import { _electron, chromium } from 'playwright-core';
import type { Page } from 'playwright-core';

import { findElectron } from '#electron/electron-binary.ts';

const topDir = fileURLToPath(new URL('../..', import.meta.url));
const hooks = fileURLToPath(new URL('stand-in-hooks.ts', import.meta.url));
const electronBinary = findElectron(topDir, process.env);

/** What the tests are run with here. */
export const isRealElectron = electronBinary !== undefined;

type Ask = <T>(read: (electron: typeof Electron) => T | Promise<T>) => Promise<T>;

/** The built desktop, started: by Electron where its binary is, else by Node with the stand-in. */
export interface DesktopApp extends AsyncDisposable {
  readonly page: Page;
  /** Runs a function in the main process. It is sent as text: it refers to nothing around it. */
  readonly inMain: Ask;
  /** What the main process has written to stderr. */
  readonly complaints: () => string;
  readonly ended: Promise<number | null>;
}

export interface DesktopPlace {
  readonly dataRoot: string;
  readonly configDir: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Of the command line. */
  readonly args?: readonly string[];
}

function environment({ dataRoot, configDir, env }: DesktopPlace): Record<string, string> {
  const inherited = Object.entries(process.env).filter(([name]) => name !== 'NODE_OPTIONS' && name !== 'VITEST');
  return {
    ...Object.fromEntries(inherited.map(([name, value]) => [name, value ?? ''])),
    ESTRATO_NODE: process.execPath,
    ESTRATO_DATA_ROOT: dataRoot,
    ESTRATO_HOST: `unix://${dataRoot}/estrato.sock`,
    XDG_CONFIG_HOME: configDir,
    ...env,
  };
}

export async function startDesktop(place: DesktopPlace): Promise<DesktopApp> {
  return electronBinary === undefined ? startWithStandIn(place) : startElectron(electronBinary, place);
}

/** Starts it once more beside the first. @returns its exit code. */
export async function startSecond(place: DesktopPlace): Promise<number | null> {
  const [program, args] =
    electronBinary === undefined
      ? [process.execPath, ['--import', hooks, ...programArgs(place)]]
      : [electronBinary, programArgs(place)];
  const child = spawn(program, args, { cwd: topDir, env: environment(place), stdio: 'ignore' });
  return endOf(child);
}

function programArgs({ args = [] }: DesktopPlace): string[] {
  return [join(topDir, 'dist/electron/main.js'), ...args];
}

async function startElectron(executablePath: string, place: DesktopPlace): Promise<DesktopApp> {
  const rootArgs = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const app = await _electron.launch({
    executablePath,
    args: [...rootArgs, '--lang=en-US', ...programArgs(place)],
    cwd: topDir,
    env: environment(place),
  });
  const said = collect(app.process());
  return {
    page: await app.firstWindow(),
    inMain: (read) => app.evaluate(read),
    complaints: said,
    ended: endOf(app.process()),
    [Symbol.asyncDispose]: () => app.close(),
  };
}

async function startWithStandIn(place: DesktopPlace): Promise<DesktopApp> {
  await using undo = new AsyncDisposableStack();
  const child = spawn(process.execPath, ['--import', hooks, ...programArgs(place)], {
    cwd: topDir,
    env: environment(place),
    stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
  });
  const said = collect(child);
  const ended = endOf(child);
  undo.defer(async () => {
    child.kill('SIGTERM');
    await ended;
  });
  const address = await Promise.race([
    debuggingAddress(child),
    ended.then((code) => Promise.reject(new Error(`The desktop ended with ${code}: ${said()}`))),
  ]);
  const browser = undo.adopt(await chromium.connectOverCDP(address), (open) => open.close());
  const inMain = asking(child);
  await inMain(async ({ BrowserWindow, app }) => {
    if (BrowserWindow.getAllWindows().length > 0) return;
    await new Promise((resolve) => app.once('web-contents-created', resolve));
  });
  const page = browser.contexts()[0]?.pages()[0];
  if (page === undefined) throw new Error(`The desktop has no page: ${said()}`);
  const owned = undo.move();
  return { page, inMain, complaints: said, ended, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

function collect(child: ChildProcess): () => string {
  const chunks: string[] = [];
  child.stderr?.on('data', (chunk: Buffer) => chunks.push(chunk.toString()));
  return () => chunks.join('');
}

async function endOf(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.exitCode;
}

interface Answer {
  readonly id?: number;
  readonly value?: unknown;
  readonly thrown?: string;
  readonly debugging?: string;
}

function debuggingAddress(child: ChildProcess): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  child.on('message', ({ debugging }: Answer) => {
    if (debugging !== undefined) resolve(debugging);
  });
  return promise;
}

function asking(child: ChildProcess): Ask {
  const pending = new Map<number, PromiseWithResolvers<unknown>>();
  let lastId = 0;
  child.on('message', ({ id = 0, value, thrown }: Answer) => {
    if (thrown === undefined) pending.get(id)?.resolve(value);
    else pending.get(id)?.reject(new Error(thrown));
    pending.delete(id);
  });
  child.once('exit', () => {
    for (const { reject } of pending.values()) reject(new Error('The desktop has ended.'));
  });
  return async <T>(read: (electron: typeof Electron) => T | Promise<T>): Promise<T> => {
    const id = ++lastId;
    const resolvers = Promise.withResolvers<unknown>();
    pending.set(id, resolvers);
    child.send({ id, source: String(read) });
    // oxlint-disable-next-line no-unsafe-type-assertion -- the function's own result, come from another process.
    return (await resolvers.promise) as T;
  };
}
