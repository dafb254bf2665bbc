import type { MenuItemConstructorOptions } from 'electron';

interface MenuOptions {
  readonly isMac: boolean;
  readonly isPackaged: boolean;
  readonly showLog: () => void;
}

/** The application menu. Keys that a terminal uses reach the menu only when the terminal has left them alone. */
export function menuTemplate({ isMac, isPackaged, showLog }: MenuOptions): MenuItemConstructorOptions[] {
  const reload: MenuItemConstructorOptions[] = isPackaged ? [] : [{ role: 'reload' }, { role: 'toggleDevTools' }];
  return [
    ...(isMac ? [{ role: 'appMenu' } satisfies MenuItemConstructorOptions] : []),
    { role: 'fileMenu' },
    { role: 'editMenu' },
    {
      role: 'viewMenu',
      submenu: [
        ...reload,
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { type: 'separator' },
        { role: 'togglefullscreen' },
      ],
    },
    { role: 'windowMenu' },
    { role: 'help', submenu: [{ label: "Engine's log", click: showLog }, ...(isMac ? [] : aboutItem)] },
  ];
}

const aboutItem: MenuItemConstructorOptions[] = [{ type: 'separator' }, { role: 'about' }];
