import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { app, dialog, ipcMain, Menu, protocol, safeStorage, session, shell } from 'electron';
import type { BrowserWindow } from 'electron';

import { openEngineSocket } from '#engine/client/engine-socket.ts';
import type { EngineProcess, EngineState } from '#engine/client/engine-process.ts';

import { declareAppScheme, serveAppPages } from './app-protocol.ts';
import { APP_URL, FAILURE_URL } from './app-url.ts';
import { bridgePort } from './engine-bridge.ts';
import { desktopEngine } from './engine-process.ts';
import { failurePage } from './failure-page.ts';
import { isFromOurPage, setGuards } from './guards.ts';
import { lendLoginKey } from './lend-login-key.ts';
import { openLoginKey } from './login-key.ts';
import { menuTemplate } from './menu.ts';
import { CONNECT_CHANNEL } from './port-opened.ts';
import { SAVE_CHANNEL } from './save-channel.ts';
import { offeredName, saveFromPort } from './save-file.ts';
import { SettingsFile } from './settings.ts';
import { openWindow } from './window.ts';

/** The built main process stands in `dist/electron`, in a checkout as in a package's archive. */
const here = fileURLToPath(new URL('.', import.meta.url));
const rendererDir = join(here, '../renderer');

let window: BrowserWindow | undefined;

app.setName('Estrato');
app.enableSandbox();
declareAppScheme(protocol);
// One desktop, one window: whoever starts it twice wants to see it.
if (app.requestSingleInstanceLock()) void start();
else app.quit();

async function start(): Promise<void> {
  const engine = desktopEngine({
    isPackaged: app.isPackaged,
    resourcesDir: process.resourcesPath,
    topDir: join(here, '../..'),
    env: process.env,
  });
  engine.start();
  const opening = SettingsFile.open(join(app.getPath('userData'), 'settings.json'));
  stopWithApp(engine, opening);
  await app.whenReady();

  lendLoginKey(engine, openLoginKey(safeStorage, join(app.getPath('userData'), 'login-key')));
  carryFrames(engine);
  saveFiles();
  setGuards({ app, session: session.defaultSession, shell, onRetry: () => engine.start() });
  const failure = watchFailure(engine);
  serveAppPages(protocol, { rendererDir, failurePage: failure.page });
  const showLog = (): void => shell.showItemInFolder(engine.logPath);
  const { isPackaged } = app;
  const isMac = process.platform === 'darwin';
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate({ isMac, isPackaged, showLog })));

  const settings = await opening;
  const open = (): void => {
    window = openWindow({ preload: join(here, 'preload.cjs'), url: failure.startUrl(), settings, isPackaged });
    window.once('closed', () => {
      window = undefined;
    });
  };
  open();
  app.on('second-instance', () => show(open));
  app.on('activate', () => show(open));
  app.on('window-all-closed', () => {
    if (!isMac) app.quit();
  });
}

/** Each connection of a page comes as a port of its own, from our own pages only. */
function carryFrames(engine: EngineProcess): void {
  ipcMain.on(CONNECT_CHANNEL, (event) => {
    const [port] = event.ports;
    if (port === undefined) return;
    if (isFromOurPage(event)) void bridgePort(port, () => openEngineSocket(engine.socketPath));
    else port.close();
  });
}

/** Each file that a page of ours writes is one that a person chose in the desktop's own dialog. */
function saveFiles(): void {
  ipcMain.on(SAVE_CHANNEL, (event, wish) => {
    const [port] = event.ports;
    if (port === undefined) return;
    if (isFromOurPage(event)) void saveFromPort(port, () => chooseFile(offeredName(wish)));
    else port.close();
  });
}

async function chooseFile(defaultPath: string): Promise<string | undefined> {
  const options = { defaultPath };
  const { canceled, filePath } =
    window === undefined ? await dialog.showSaveDialog(options) : await dialog.showSaveDialog(window, options);
  return canceled || filePath === '' ? undefined : filePath;
}

interface FailureScreen {
  /** As it is to be drawn now. */
  readonly page: () => string;
  /** What a new window shows. */
  readonly startUrl: () => string;
}

/** Exchanges the screens for the reason while there can be no engine. */
function watchFailure(engine: EngineProcess): FailureScreen {
  let state: EngineState = { status: 'starting' };
  let leftUrl = APP_URL;
  engine.watch((now) => {
    const hadFailed = state.status === 'failed';
    state = now;
    if (window === undefined || (hadFailed && now.status === 'stopped')) return;
    if (now.status === 'failed') {
      if (!hadFailed) leftUrl = window.webContents.getURL() || APP_URL;
      void window.loadURL(FAILURE_URL);
    } else if (hadFailed) {
      void window.loadURL(leftUrl);
    }
  });
  return {
    page: () => {
      const { reason, log } = state.status === 'failed' ? state : { reason: '', log: [] };
      return failurePage({ reason, log, logPath: engine.logPath, locale: app.getLocale() });
    },
    startUrl: () => (state.status === 'failed' ? FAILURE_URL : APP_URL),
  };
}

/** The app ends once its engine has, and once it has remembered where its window was: containers go on. */
function stopWithApp(engine: EngineProcess, opening: Promise<SettingsFile>): void {
  let hasStopped = false;
  app.on('will-quit', (event) => {
    if (hasStopped) return;
    event.preventDefault();
    const remembered = opening.then((settings) => settings.written());
    void Promise.allSettled([engine[Symbol.asyncDispose](), remembered]).then(() => {
      hasStopped = true;
      app.quit();
    });
  });
}

function show(open: () => void): void {
  if (window === undefined) {
    open();
    return;
  }
  if (window.isMinimized()) window.restore();
  window.focus();
}
