import { EventEmitter } from 'node:events';
import { mkdirSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

import type { BrowserContext } from 'playwright-core';

import { debuggingAddress, launchChromium } from './stand-in-chromium.ts';

/** Said with an event that a listener may refuse. */
export class Preventable {
  defaultPrevented = false;

  preventDefault(): void {
    this.defaultPrevented = true;
  }
}

interface Closable {
  close(): void;
}

/** The process as a whole: ready once Chromium is there, one per user data directory, ended in Electron's own order. */
export class App extends EventEmitter {
  readonly isPackaged = false;
  readonly windows = new Set<Closable>();
  readonly #ready: Promise<void>;
  #chromium: BrowserContext | undefined;
  #name = 'Electron';
  #isQuitting = false;

  constructor() {
    super();
    // What is set before the first turn of the event loop has been set before Electron is ready.
    this.#ready = new Promise<void>((resolve) => setImmediate(resolve)).then(() => this.#launch());
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => this.quit());
  }

  /** @throws Error before the application is ready. */
  chromium(otherwise: string): BrowserContext {
    if (this.#chromium === undefined) throw new Error(otherwise);
    return this.#chromium;
  }

  isReady(): boolean {
    return this.#chromium !== undefined;
  }

  whenReady(): Promise<void> {
    return this.#ready;
  }

  setName(name: string): void {
    this.#name = name;
  }

  getLocale(): string {
    return 'en-US';
  }

  getPath(name: string): string {
    if (name !== 'userData') throw new Error(`Failed to get '${name}' path`);
    return join(process.env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config'), this.#name);
  }

  enableSandbox(): void {
    if (this.isReady()) throw new Error('app.enableSandbox() can only be called before app is ready');
  }

  requestSingleInstanceLock(): boolean {
    const dir = join(this.getPath('userData'), 'instances');
    const holder = join(dir, 'first');
    mkdirSync(dir, { recursive: true });
    if (isAlive(pidIn(holder))) {
      writeFileSync(join(dir, `second-${process.pid}`), JSON.stringify(process.argv));
      return false;
    }
    writeFileSync(holder, String(process.pid));
    const watcher = watch(dir, (_, name) => {
      if (name?.startsWith('second-') === true) this.#greet(join(dir, name));
    });
    watcher.unref();
    this.once('quit', () => rmSync(holder));
    return true;
  }

  quit(): void {
    if (this.#isQuitting) return;
    this.#isQuitting = true;
    const event = new Preventable();
    this.emit('before-quit', event);
    if (!event.defaultPrevented) for (const window of this.windows) window.close();
    // A window that refuses to close keeps the application.
    if (!event.defaultPrevented && this.windows.size === 0) this.emit('will-quit', event);
    this.#isQuitting = false;
    if (event.defaultPrevented || this.windows.size > 0) return;
    this.emit('quit', {}, 0);
    // At once, as Electron does: nothing that is still on its way is waited for. Chromium ends with the pipe.
    process.exit(0);
  }

  /** A window has closed: when it was the last, someone decides what becomes of the application. */
  windowClosed(window: Closable): void {
    this.windows.delete(window);
    if (this.windows.size > 0 || this.#isQuitting) return;
    if (!this.emit('window-all-closed')) this.quit();
  }

  #greet(path: string): void {
    const argv = textIn(path);
    // The watcher speaks of a file's making and of its filling.
    if (argv === '') return;
    rmSync(path, { force: true });
    this.emit('second-instance', {}, JSON.parse(argv), process.cwd());
  }

  async #launch(): Promise<void> {
    const profileDir = join(this.getPath('userData'), `chromium-${process.pid}`);
    this.#chromium = await launchChromium(profileDir);
    this.emit('ready');
    process.send?.({ debugging: await debuggingAddress(profileDir) });
  }
}

function textIn(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function pidIn(path: string): number {
  return Number(textIn(path));
}

function isAlive(pid: number): boolean {
  try {
    return pid > 0 && process.kill(pid, 0);
  } catch {
    return false;
  }
}
