import { contextBridge, ipcRenderer } from 'electron';

import { exposeConnection } from '#engine/contract/expose-connection.ts';

import { dialPort } from './dial-port.ts';
import { CONNECT_CHANNEL } from './port-opened.ts';

const api = exposeConnection({
  dial: () => {
    const { port1: here, port2: there } = new MessageChannel();
    return dialPort(here, () => ipcRenderer.postMessage(CONNECT_CHANNEL, null, [there]));
  },
  wait: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
});

contextBridge.exposeInMainWorld('estrato', api);
