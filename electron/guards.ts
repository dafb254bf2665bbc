import type { App, IpcMainEvent, Session, Shell, WebContents } from 'electron';

import { isAppUrl, isWebUrl, RETRY_URL } from './app-url.ts';

/** The copy buttons; whatever else a page may ask for, no. */
const ALLOWED_PERMISSIONS = new Set(['clipboard-sanitized-write']);

export interface GuardOptions {
  readonly app: App;
  readonly session: Session;
  readonly shell: Shell;
  /** The link of the failure page was followed. */
  readonly onRetry: () => void;
}

/** Keeps every window on our own pages, and every permission to itself. */
export function setGuards({ app, session, shell, onRetry }: GuardOptions): void {
  app.on('web-contents-created', (_, contents) => guardContents(contents, shell, onRetry));
  session.setPermissionRequestHandler((contents, permission, answer) => {
    answer(ALLOWED_PERMISSIONS.has(permission) && isAppUrl(contents.getURL()));
  });
  session.setPermissionCheckHandler((_, permission, origin) => ALLOWED_PERMISSIONS.has(permission) && isAppUrl(origin));
  session.setDevicePermissionHandler(() => false);
  session.on('will-download', (event) => event.preventDefault());
}

/** Whether a message comes from a page of ours, and from the page itself rather than a frame in it. */
export function isFromOurPage({ senderFrame }: Pick<IpcMainEvent, 'senderFrame'>): boolean {
  return senderFrame !== null && senderFrame.parent === null && isAppUrl(senderFrame.url);
}

function guardContents(contents: WebContents, shell: Shell, onRetry: () => void): void {
  const guard = (details: { readonly url: string; preventDefault: () => void }): void => {
    if (details.url === RETRY_URL) {
      details.preventDefault();
      onRetry();
    } else if (!isAppUrl(details.url)) {
      details.preventDefault();
    }
  };
  // Fires for the page itself and for any frame in it.
  contents.on('will-frame-navigate', guard);
  contents.on('will-redirect', guard);
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    if (isWebUrl(url)) void shell.openExternal(url);
    return { action: 'deny' };
  });
}
