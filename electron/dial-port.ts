import { EngineError } from '#engine/contract/errors.ts';
import type { MessagePortLike } from '#engine/contract/message-port-transport.ts';
import { isPortClosed, messagePortTransport } from '#engine/contract/message-port-transport.ts';
import type { Transport } from '#engine/contract/transport.ts';

import { isPortOpened } from './port-opened.ts';

/** A transport to the engine over a new port, once the main process has said that it is there. */
export function dialPort(port: MessagePortLike, hand: () => void): Promise<Transport> {
  const { promise, resolve, reject } = Promise.withResolvers<Transport>();
  let isSettled = false;
  port.addEventListener('message', ({ data }) => {
    if (isSettled) return;
    isSettled = true;
    // Resolved before the next message is delivered, so that no frame finds nobody.
    if (isPortOpened(data)) resolve(messagePortTransport(port));
    else if (isPortClosed(data)) reject(new EngineError('unavailable', data.closed));
    else reject(new EngineError('internal', 'The main process answered in a way that is not known here.'));
  });
  port.start();
  hand();
  return promise;
}
