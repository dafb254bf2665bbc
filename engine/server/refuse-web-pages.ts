import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

/** Whether a door answers to a name. */
export type IsOwnName = (name: string) => boolean;

/**
 * Why a request is refused that a web page may have made, in a browser that can reach what the page's maker can't.
 * Undefined where none can have.
 *
 * Whatever a page sends that changes something has an `Origin` (Fetch standard), and nearly all else a
 * `Sec-Fetch-Site`. A page that has had its own name lead to this machine has both say that it asks where it came
 * from: its name is in `Host`, and is none of ours.
 *
 * @param isOwnName of a door that the network reaches; clients of a unix socket say what they like.
 */
export function webPageRefusal({ headers }: IncomingMessage, isOwnName: IsOwnName | undefined): string | undefined {
  const { origin, host = '', 'sec-fetch-site': site = 'none' } = headers;
  if (origin !== undefined || site !== 'none') return 'No web page may ask this engine.';
  if (isOwnName === undefined || isOwn(hostName(host), isOwnName)) return undefined;
  return `This engine is not called ${JSON.stringify(host)}: ask it by an address, by localhost, or by a name of its certificate.`;
}

function isOwn(name: string, isOwnName: IsOwnName): boolean {
  return isIP(name) !== 0 || name === 'localhost' || isOwnName(name);
}

/** `[::1]:2376` is `::1`. */
function hostName(host: string): string {
  const [, bracketed, plain = ''] = /^(?:\[([^\]]*)\]|([^:]*))(?::\d*)?$/.exec(host) ?? [];
  return (bracketed ?? plain).toLowerCase();
}
