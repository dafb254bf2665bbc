import { EventEmitter } from 'node:events';
import { join } from 'node:path';
import { runInThisContext } from 'node:vm';

import type { MenuItemConstructorOptions, Session } from 'electron';

import { App, Preventable } from './stand-in-app.ts';
import { toPageUrl, WORK_AREA } from './stand-in-chromium.ts';
import { StandInSafeStorage } from './stand-in-safe-storage.ts';
import type { WindowOptions } from './stand-in-window.ts';
import { Window } from './stand-in-window.ts';

/*
 * What the built main process imports as `electron` where there is none: the part that it uses, over a Chromium. What is
 * not here is undefined, so that a new use fails at once and shows that it isn't covered.
 */

type ProtocolHandler = (request: Request) => Response | Promise<Response>;

export const app = new App();
export const ipcMain = new EventEmitter();
const handlers = new Map<string, ProtocolHandler>();

export class BrowserWindow extends Window {
  constructor(options: WindowOptions) {
    const onMessage = (channel: string, event: unknown, message: unknown): void => {
      ipcMain.emit(channel, event, message);
    };
    super({ app, handlers, onMessage, onDownload: () => defaultSession.download() }, options);
  }

  static getAllWindows(): readonly unknown[] {
    return [...app.windows];
  }
}

export const protocol = {
  registerSchemesAsPrivileged(): void {
    if (app.isReady()) throw new Error('protocol.registerSchemesAsPrivileged should be called before app is ready');
  },
  handle(scheme: string, handler: ProtocolHandler): void {
    app.chromium('Session can only be received when app is ready');
    if (handlers.has(`${scheme}:`)) throw new Error(`Failed to register protocol: ${scheme}`);
    handlers.set(`${scheme}:`, handler);
  },
};

/** Electron's words, and Chromium's for the same (Browser.setPermission). */
const permissions = new Map([
  ['clipboard-sanitized-write', 'clipboard-write'],
  ['clipboard-read', 'clipboard-read'],
  ['notifications', 'notifications'],
  ['geolocation', 'geolocation'],
  ['midi', 'midi'],
]);
const ORIGIN = 'app://estrato/';

type CheckHandler = NonNullable<Parameters<Session['setPermissionCheckHandler']>[0]>;

/** Pages get what both handlers allow, asked beforehand: Chromium wants an answer before there is a question. */
class StandInSession extends EventEmitter {
  setPermissionRequestHandler(
    handler: (contents: { getURL(): string }, permission: string, answer: (isGranted: boolean) => void) => void,
  ): void {
    for (const permission of permissions.keys()) {
      handler({ getURL: () => ORIGIN }, permission, (isGranted) => this.#decide(permission, 'request', isGranted));
    }
  }

  setPermissionCheckHandler(handler: CheckHandler): void {
    for (const permission of permissions.keys()) {
      // Not every one of Electron's words is in its own type.
      const isGranted: unknown = Reflect.apply(handler, undefined, [null, permission, ORIGIN, {}]);
      this.#decide(permission, 'check', isGranted === true);
    }
  }

  setDevicePermissionHandler(): void {
    app.chromium('Session can only be received when app is ready');
  }

  download(): void {
    const event = new Preventable();
    this.emit('will-download', event);
    if (!event.defaultPrevented) throw new Error('The stand-in downloads nothing.');
  }

  readonly #answers = new Map<string, boolean>();

  #decide(permission: string, handler: string, isGranted: boolean): void {
    this.#answers.set(`${handler} ${permission}`, isGranted);
    const isAllowed = ['request', 'check'].every((name) => this.#answers.get(`${name} ${permission}`) === true);
    void this.#tell(permissions.get(permission) ?? permission, isAllowed);
  }

  async #tell(name: string, isAllowed: boolean): Promise<void> {
    const browser = app.chromium('Session can only be received when app is ready').browser();
    const session = await browser?.newBrowserCDPSession();
    await session?.send('Browser.setPermission', {
      permission: { name, ...(name === 'clipboard-write' ? { allowWithoutSanitization: false } : {}) },
      setting: isAllowed ? 'granted' : 'denied',
      origin: toPageUrl(ORIGIN),
    });
  }
}

const defaultSession = new StandInSession();
export const session = {
  get defaultSession(): StandInSession {
    app.chromium('Session can only be received when app is ready');
    return defaultSession;
  },
};

let applicationMenu: Menu | undefined;

/** Built as Electron builds it: every item is a role, a separator, or something with a label. */
export class Menu {
  readonly items: readonly MenuItemConstructorOptions[];

  private constructor(items: readonly MenuItemConstructorOptions[]) {
    this.items = items;
  }

  static buildFromTemplate(template: readonly MenuItemConstructorOptions[]): Menu {
    for (const { label, role, type, submenu } of template) {
      if (label === undefined && role === undefined && type === undefined) {
        throw new TypeError('Invalid template for MenuItem: must have at least one of label, role or type');
      }
      if (Array.isArray(submenu)) Menu.buildFromTemplate(submenu);
    }
    return new Menu(template);
  }

  static setApplicationMenu(menu: Menu): void {
    applicationMenu = menu;
  }

  static getApplicationMenu(): Menu | undefined {
    return applicationMenu;
  }
}

export const nativeTheme = { shouldUseDarkColors: false };

/** A file beside the profile stands for the desktop's keyring. */
export const safeStorage = new StandInSafeStorage(
  () => app.isReady(),
  () => join(app.getPath('userData'), 'stand-in-keyring'),
);

const primary = { id: 1, workArea: WORK_AREA };
export const screen = {
  getPrimaryDisplay: (): typeof primary => {
    app.chromium("The 'screen' module can't be used before the app 'ready' event");
    return primary;
  },
  getAllDisplays: (): readonly (typeof primary)[] => [primary],
};

/** A test puts its own in place of what would reach outside. */
export const shell = {
  openExternal: (url: string): Promise<void> => Promise.reject(new Error(`Nothing opens ${url} here.`)),
  showItemInFolder: (path: string): void => {
    throw new Error(`Nothing shows ${path} here.`);
  },
};

/** Likewise: nobody sits here to choose a file. */
export const dialog = {
  showSaveDialog: (): Promise<unknown> => Promise.reject(new Error('Nobody chooses a file here.')),
};

/** What Playwright does for Electron itself: a test's function runs here, with all of the above. */
interface Question {
  readonly id: number;
  readonly source: string;
}

async function answer({ id, source }: Question): Promise<void> {
  const electron = {
    app,
    BrowserWindow,
    dialog,
    ipcMain,
    Menu,
    nativeTheme,
    protocol,
    safeStorage,
    screen,
    session,
    shell,
  };
  try {
    const ask: unknown = runInThisContext(`(${source})`);
    const value: unknown = await (typeof ask === 'function' ? Reflect.apply(ask, undefined, [electron]) : undefined);
    process.send?.({ id, value });
  } catch (error) {
    process.send?.({ id, thrown: String(error) });
  }
}

process.on('message', (question: Question) => void answer(question));
// Who has started it is gone, and with it whoever would end it.
process.once('disconnect', () => app.quit());
process.channel?.unref();
