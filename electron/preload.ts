import { contextBridge, ipcRenderer } from 'electron';

import { exposeConnection } from '#engine/contract/expose-connection.ts';
import type { SaveOutcome, WindowApi } from '#engine/contract/window-api.ts';

import { askSave } from './ask-save.ts';
import { dialPort } from './dial-port.ts';
import { CONNECT_CHANNEL } from './port-opened.ts';
import { SAVE_CHANNEL } from './save-channel.ts';

const api = exposeConnection({
  dial: () => {
    const { port1: here, port2: there } = new MessageChannel();
    return dialPort(here, () => ipcRenderer.postMessage(CONNECT_CHANNEL, null, [there]));
  },
  wait: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
});

const saveFile = (name: string): Promise<SaveOutcome> => {
  const { port1: here, port2: there } = new MessageChannel();
  return askSave(here, () => ipcRenderer.postMessage(SAVE_CHANNEL, name, [there]));
};

contextBridge.exposeInMainWorld('estrato', { ...api, saveFile } satisfies WindowApi);
