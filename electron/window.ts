import { BrowserWindow, nativeTheme, screen } from 'electron';

import type { SettingsFile } from './settings.ts';
import { SMALLEST, windowBounds } from './window-bounds.ts';

/** Until the page has drawn itself, in the tokens' own background. */
const BACKGROUND = { dark: '#14161a', light: '#ffffff' };
const SAVE_AFTER_MS = 500;

export interface WindowOptions {
  readonly preload: string;
  readonly url: string;
  readonly settings: SettingsFile;
  readonly isPackaged: boolean;
}

/** Opens the one window, hidden until its first picture is there. */
export function openWindow({ preload, url, settings, isPackaged }: WindowOptions): BrowserWindow {
  const saved = settings.current.window;
  const primary = screen.getPrimaryDisplay();
  const others = screen.getAllDisplays().filter(({ id }) => id !== primary.id);
  const window = new BrowserWindow({
    ...windowBounds(
      saved,
      [primary, ...others].map(({ workArea }) => workArea),
    ),
    minWidth: SMALLEST.width,
    minHeight: SMALLEST.height,
    title: 'Estrato',
    show: false,
    backgroundColor: nativeTheme.shouldUseDarkColors ? BACKGROUND.dark : BACKGROUND.light,
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
      spellcheck: false,
      devTools: !isPackaged,
    },
  });
  if (saved?.isMaximized === true) window.maximize();
  window.once('ready-to-show', () => window.show());
  rememberBounds(window, settings);
  // A page whose process died is drawn anew: everything it showed lives in the engine.
  window.webContents.on('render-process-gone', (_, { reason }) => {
    if (reason !== 'clean-exit' && !window.isDestroyed()) window.reload();
  });
  void window.loadURL(url);
  return window;
}

function rememberBounds(window: BrowserWindow, settings: SettingsFile): void {
  let timer: NodeJS.Timeout | undefined;
  const save = (): void => {
    clearTimeout(timer);
    // A disk that is full is no reason to disturb anyone about a window's place.
    settings
      .change({ window: { ...window.getNormalBounds(), isMaximized: window.isMaximized() } })
      .catch(() => undefined);
  };
  const saveSoon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(save, SAVE_AFTER_MS);
  };
  window.on('resize', saveSoon);
  window.on('move', saveSoon);
  window.on('close', save);
}
