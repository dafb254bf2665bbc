import { adaptWindowApi } from '#engine/contract/adapt-window-api.ts';
import type { EngineClient } from '#engine/contract/client.ts';
import type { WindowApi } from '#engine/contract/window-api.ts';

import { browserApi } from './browser-api.ts';
import { type FileChooser, fileChooserOf } from './save-files.ts';

declare global {
  interface Window {
    /** Put there by the desktop's preload; a browser has none. */
    readonly estrato?: WindowApi;
  }
}

export interface Bridge {
  readonly engine: EngineClient;
  /** Calls back at once, then whenever the connection changes. @returns stops the calls. */
  readonly watchConnection: WindowApi['watchConnection'];
  /** The desktop's own way to write a file. */
  readonly chooseFile: FileChooser | undefined;
}

/** The engine, however this window reaches it. */
export function connectBridge(): Bridge {
  const api = window.estrato ?? browserApi(window.location);
  return {
    engine: adaptWindowApi(api),
    watchConnection: (listener) => api.watchConnection(listener),
    chooseFile: fileChooserOf(api),
  };
}
