import { EngineError } from '#engine/contract/errors.ts';
import { exposeConnection } from '#engine/contract/expose-connection.ts';
import type { Transport } from '#engine/contract/transport.ts';
import { webSocketTransport } from '#engine/contract/web-socket-transport.ts';
import type { WindowApi } from '#engine/contract/window-api.ts';

/** Where `estrato serve` relays the engine's frames. */
const RPC_PATH = '/estrato/v1/rpc';

/** What the desktop's preload provides, over a WebSocket to whoever served this page. */
export function browserApi(location: Pick<Location, 'protocol' | 'host'>): WindowApi {
  const scheme = location.protocol === 'https:' ? 'wss:' : 'ws:';
  return exposeConnection({
    dial: () => dial(`${scheme}//${location.host}${RPC_PATH}`),
    wait: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  });
}

function dial(url: string): Promise<Transport> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url);
    // Before the first frame can arrive.
    const transport = webSocketTransport(socket);
    socket.addEventListener('open', () => resolve(transport));
    // A browser tells a page nothing about why.
    socket.addEventListener('error', () => reject(new EngineError('unavailable', `nobody answers at ${url}`)));
  });
}
