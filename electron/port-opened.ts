/** The channel on which a page hands the main process its end of a port. */
export const CONNECT_CHANNEL = 'estrato:connect';

/** The first message on a port whose other end has reached the engine; one that hasn't says `PortClosed` instead. */
export interface PortOpened {
  readonly opened: true;
}

export function isPortOpened(message: unknown): message is PortOpened {
  return typeof message === 'object' && message !== null && 'opened' in message && message.opened === true;
}
