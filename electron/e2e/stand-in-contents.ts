import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';

import type { BrowserContext, CDPSession, Page } from 'playwright-core';

import { Preventable } from './stand-in-app.ts';
import { answerRequest, toAppUrl, toPageUrl } from './stand-in-chromium.ts';
import type { PausedRequest } from './stand-in-chromium.ts';
import { fromWire, MessagePortMain } from './stand-in-ports.ts';
import { PageWorld, pageModules, refuseWindows } from './stand-in-worlds.ts';
import type { FromPage, Wire } from './stand-in-worlds.ts';

export interface ContentsOptions {
  readonly chromium: BrowserContext;
  readonly preferences: { readonly preload?: string };
  /** Of each scheme that has one: who answers. */
  readonly handlers: ReadonlyMap<string, (request: Request) => Response | Promise<Response>>;
  readonly onMessage: (channel: string, event: unknown, message: unknown) => void;
  /** Chromium itself lets none through. */
  readonly onDownload: () => void;
}

type WindowOpenHandler = (details: { readonly url: string }) => { readonly action: string };

/** Chromium's world for a preload; it has a function of its own to send text out. */
const WORLD = 'Electron Isolated Context';
const POST = 'standInPost';
const RECEIVE = 'standInReceive';

/** A page of Chromium's as the main process sees it. */
export class WebContents extends EventEmitter {
  readonly #options: ContentsOptions;
  readonly #opened: Promise<{ readonly page: Page; readonly session: CDPSession }>;
  /** Ports of the documents that are still there, by the execution context and the port's number in it. */
  readonly #ports = new Map<string, MessagePortMain>();
  /** What the main process itself has asked for: nobody guards that. */
  #ownUrl: string | undefined;
  #page: Page | undefined;
  #windowOpen: WindowOpenHandler = () => ({ action: 'allow' });

  constructor(options: ContentsOptions) {
    super();
    this.#options = options;
    this.#opened = this.#open();
  }

  get opened(): Promise<{ readonly page: Page; readonly session: CDPSession }> {
    return this.#opened;
  }

  getURL(): string {
    const url = this.#page?.url() ?? '';
    return url === 'about:blank' ? '' : toAppUrl(url);
  }

  getLastWebPreferences(): unknown {
    return this.#options.preferences;
  }

  setWindowOpenHandler(handler: WindowOpenHandler): void {
    this.#windowOpen = handler;
  }

  async loadURL(url: string): Promise<void> {
    const { page, session } = await this.#opened;
    this.#ownUrl = toPageUrl(url);
    const loaded = page.waitForEvent('load');
    await session.send('Page.navigate', { url: this.#ownUrl });
    await loaded;
  }

  async reload(): Promise<void> {
    const { page, session } = await this.#opened;
    this.#ownUrl = page.url();
    await session.send('Page.reload');
  }

  async close(): Promise<void> {
    const { page } = await this.#opened;
    await page.close();
  }

  async #open(): Promise<{ readonly page: Page; readonly session: CDPSession }> {
    const { chromium, preferences } = this.#options;
    const blank = chromium.pages().find((page) => page.url() === 'about:blank');
    const page = blank ?? (await chromium.newPage());
    this.#page = page;
    const session = await chromium.newCDPSession(page);
    session.on('Runtime.bindingCalled', ({ name, payload, executionContextId }) => {
      if (name === POST) this.#receive(session, executionContextId, parsed(payload));
    });
    session.on('Runtime.executionContextDestroyed', ({ executionContextId }) => this.#forget(executionContextId));
    session.on('Runtime.executionContextsCleared', () => this.#forget());
    session.on('Page.windowOpen', ({ url }) => {
      chromium.once('page', (popup) => void popup.close().catch(() => undefined));
      this.#refuseWindow(toAppUrl(url));
    });
    session.on('Page.downloadWillBegin', () => this.#options.onDownload());
    session.on('Fetch.requestPaused', (request) => {
      this.#answer(session, request).catch((error: unknown) => process.emitWarning(String(error)));
    });
    await session.send('Page.enable');
    await session.send('Runtime.enable');
    await session.send('Fetch.enable', { patterns: [{ urlPattern: '*' }] });
    if (preferences.preload !== undefined) await installPreload(session, readFileSync(preferences.preload, 'utf8'));
    return { page, session };
  }

  async #answer(
    session: CDPSession,
    { resourceType, ...paused }: PausedRequest & { readonly resourceType: string },
  ): Promise<void> {
    const { requestId, request } = paused;
    const url = toAppUrl(request.url);
    if (resourceType === 'Document' && !this.#mayNavigate(request.url)) {
      await session.send('Fetch.failRequest', { requestId, errorReason: 'Aborted' });
      return;
    }
    const handler = this.#options.handlers.get(new URL(url).protocol);
    if (handler === undefined) await session.send('Fetch.continueRequest', { requestId });
    else await answerRequest(session, paused, handler);
  }

  #mayNavigate(pageUrl: string): boolean {
    const own = this.#ownUrl?.replace(/#.*/, '');
    this.#ownUrl = undefined;
    if (pageUrl.replace(/#.*/, '') === own) return true;
    const event = Object.assign(new Preventable(), { url: toAppUrl(pageUrl), isMainFrame: true });
    this.emit('will-frame-navigate', event);
    return !event.defaultPrevented;
  }

  /** Each is closed as soon as it is there, so a handler must want that, too. */
  #refuseWindow(url: string): void {
    if (this.#windowOpen({ url }).action !== 'deny') {
      throw new Error(`The stand-in opens no windows of a page's own: ${url}`);
    }
  }

  #receive(session: CDPSession, context: number, message: FromPage): void {
    if ('channel' in message) {
      const ports = message.ports.map((id) => this.#portOf(session, context, id));
      const senderFrame = { url: this.getURL(), parent: null };
      this.#options.onMessage(message.channel, { sender: this, senderFrame, ports }, fromWire(message.message));
    } else if ('closed' in message) {
      this.#ports.get(`${context} ${message.port}`)?.lost();
    } else {
      this.#ports.get(`${context} ${message.port}`)?.receive(message.message);
    }
  }

  #portOf(session: CDPSession, context: number, id: number): MessagePortMain {
    const port = new MessagePortMain((message: Wire | undefined) => {
      const words = message === undefined ? 'undefined' : JSON.stringify(message);
      // A document that has gone meanwhile hears nothing.
      session
        .send('Runtime.evaluate', { expression: `${RECEIVE}(${id}, ${words})`, contextId: context })
        .catch(() => undefined);
    });
    this.#ports.set(`${context} ${id}`, port);
    return port;
  }

  #forget(context?: number): void {
    for (const [key, port] of this.#ports) {
      if (context !== undefined && !key.startsWith(`${context} `)) continue;
      this.#ports.delete(key);
      port.lost();
    }
  }
}

/** Has the preload run first of all in each document, apart from the page's own scripts. */
async function installPreload(session: CDPSession, source: string): Promise<void> {
  const [main, isolated] = ["'stand-in main'", "'stand-in isolated'"];
  const onlyInPage = 'if (window === window.top)';
  await session.send('Runtime.addBinding', { name: POST, executionContextName: WORLD });
  await session.send('Page.addScriptToEvaluateOnNewDocument', {
    source: `${onlyInPage} new (${String(PageWorld)})(${main}, ${isolated}); (${String(refuseWindows)})();`,
  });
  await session.send('Page.addScriptToEvaluateOnNewDocument', {
    worldName: WORLD,
    source: `${onlyInPage} {
      const contextBridge = new (${String(PageWorld)})(${isolated}, ${main});
      const { ipcRenderer, receive } = (${String(pageModules)})(globalThis.${POST});
      globalThis.${RECEIVE} = receive;
      const require = (name) => {
        if (name === 'electron') return { contextBridge, ipcRenderer };
        throw new Error('module not found: ' + name);
      };
      ((require, module, exports) => {${source}\n})(require, { exports: {} }, {});
    }`,
  });
}

/** What the stand-in's own part of a page has written. */
function parsed(payload: string): FromPage {
  // oxlint-disable-next-line no-unsafe-type-assertion -- both ends are one program.
  return JSON.parse(payload) as FromPage;
}
