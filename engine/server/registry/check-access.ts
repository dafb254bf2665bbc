import { timingSafeEqual, createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';

import { EngineError } from '#engine/contract/errors.ts';

import { RegistryFailure } from './failures.ts';

export interface Login {
  readonly username: string;
  readonly password: string;
}

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

export function isLoopback(host: string): boolean {
  const kind = isIP(host);
  if (kind === 0) return host === 'localhost';
  return loopback.check(host, kind === 6 ? 'ipv6' : 'ipv4');
}

/** Others than this machine's own users may only ask over TLS, and with a password. @throws EngineError `forbidden`. */
export function checkListening(
  host: string,
  { isSecret, login }: { readonly isSecret: boolean; readonly login: Login | undefined },
): void {
  if (isLoopback(host) || (isSecret && login !== undefined)) return;
  throw new EngineError(
    'forbidden',
    `On ${host} others could read every image: give a certificate and its key, and a user name and a password, or listen on 127.0.0.1.`,
  );
}

/**
 * No page of a browser's reaches the images: a registry's clients send neither an origin nor a name that leads here only
 * because somebody's name server says so.
 *
 * @throws RegistryFailure
 */
export function checkAccess({ headers }: IncomingMessage, login: Login | undefined): void {
  if (headers.origin !== undefined || headers['sec-fetch-site'] !== undefined) {
    throw new RegistryFailure(403, 'DENIED', 'Pages of a browser have nothing to ask of this registry.');
  }
  if (login === undefined) checkHost(headers.host ?? '');
  else checkLogin(headers.authorization ?? '', login);
}

function checkHost(header: string): void {
  const host = header.replace(/:\d+$/, '').replaceAll(/[[\]]/g, '');
  if (isLoopback(host)) return;
  throw new RegistryFailure(403, 'DENIED', 'Without a password this registry answers to localhost and 127.0.0.1 only.');
}

function checkLogin(header: string, { username, password }: Login): void {
  const given = /^Basic +([A-Za-z0-9+/=]+)$/i.exec(header)?.[1] ?? '';
  const wanted = Buffer.from(`${username}:${password}`).toString('base64');
  if (timingSafeEqual(fingerprint(given), fingerprint(wanted))) return;
  throw new RegistryFailure(401, 'UNAUTHORIZED', 'This registry wants a user name and a password.');
}

/** Of one length, whatever was given. */
function fingerprint(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
